/** One check whether a service answers correctly: first its ready path, then one request of the load, judged. */
import { connect } from "node:net";
import { z } from "zod";
import { askSpec, resolveAsk } from "../../../../workloads/ask/ask.ts";
import { hidden } from "../../../../workloads/ask/masked-secrets.ts";
import { send } from "../../../../workloads/ask/single-request.ts";
import { withEvents } from "../../../../workloads/judge/events.ts";
import { compileJudge } from "../../../../workloads/judge/judge.ts";
import type { ServiceInputs } from "./service.ts";

/** As it may be kept: a header's value from the environment is there by its name. */
export const probeRequest = z.strictObject({
  method: askSpec.shape.method,
  path: askSpec.shape.path,
  headers: askSpec.shape.headers,
  /** Base64. */
  body: z.string(),
});
export type ProbeRequest = z.infer<typeof probeRequest>;

export interface ReadyLook {
  readonly ready: boolean;
  /** Why not. */
  readonly why: string;
  /** It answers with a status that is right, and what it says is wrong. */
  readonly wrong?: boolean;
  /** Nothing listens there. */
  readonly absent?: boolean;
}

const answerLimitMs = 5_000;
/** Of an answer, for a person. */
const shownCharacters = 300;

/** @throws TestbedError where a header's variable is not set */
export function probeOf(
  { readyPath, probe }: Pick<ServiceInputs, "readyPath" | "probe">,
  origin: string,
  environment: NodeJS.ProcessEnv,
): () => Promise<ReadyLook> {
  const ask =
    probe === null
      ? undefined
      : resolveAsk(askSpec.parse({ method: probe.method, headers: probe.headers }), environment);
  const judge = probe === null ? undefined : compileJudge(probe.judge);
  const body = probe === null ? Buffer.alloc(0) : Buffer.from(probe.body, "base64");
  return async () => {
    if (readyPath === null && probe === null) return portLook(origin);
    if (readyPath !== null) {
      const look = await asked(`${origin}${readyPath}`, { method: "GET" });
      if (!("status" in look)) return { ready: false, ...look };
      if (look.status < 200 || look.status > 299) {
        return { ready: false, why: `${readyPath} is answered with status ${look.status}` };
      }
    }
    if (probe === null || ask === undefined || judge === undefined) return { ready: true, why: "" };
    const bodiless = probe.method === "GET" || probe.method === "HEAD";
    const look = await asked(`${origin}${probe.path}`, {
      method: probe.method,
      headers: ask.headers.map(([name, value]): [string, string] => [name, value]),
      ...(bodiless ? {} : { body: new Uint8Array(body) }),
    });
    if (!("status" in look)) return { ready: false, ...look };
    const judged = judge.judge(look.status, look.contentType, look.body, judge.facts(body));
    const verdict = withEvents(judged, probe.judge, look.body);
    if (verdict.outcome === "ok") return { ready: true, why: "" };
    const said = hidden(look.body.toString("utf8"), ask.secrets);
    const example = said.slice(0, shownCharacters);
    return {
      ready: false,
      why: `${probe.method} ${probe.path}: ${hidden(verdict.reason, ask.secrets)}; the answer: ${example === "" ? "(empty)" : example}`,
      wrong: verdict.outcome === "wrong-answer" || (look.status >= 300 && look.status < 500),
    };
  };
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

async function asked(url: string, init: RequestInit): Promise<Answer | Pick<ReadyLook, "why" | "absent">> {
  try {
    const answer = await fetch(url, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.timeout(answerLimitMs),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, contentType: answer.headers.get("content-type") ?? "", body };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
    if (isAbsent(cause)) return { why: `nothing listens at ${new URL(url).host}`, absent: true };
    if (error instanceof Error && error.name === "TimeoutError") {
      return { why: `${new URL(url).pathname}: no answer within ${answerLimitMs / 1000} s` };
    }
    return { why: `${new URL(url).pathname}: ${cause?.message ?? String(error)}` };
  }
}

/** Nobody is there, or there is no such address on this machine. */
function isAbsent(error: NodeJS.ErrnoException | undefined): boolean {
  return ["ECONNREFUSED", "EADDRNOTAVAIL", "EAFNOSUPPORT", "ENETUNREACH"].includes(error?.code ?? "");
}

function portLook(origin: string): Promise<ReadyLook> {
  const { hostname, port, protocol } = new URL(origin);
  return new Promise((resolve) => {
    const usual = protocol === "https:" ? 443 : 80;
    // An address of IPv6 stands in brackets in a URL.
    const socket = connect(port === "" ? usual : Number(port), hostname.replace(/^\[|\]$/g, ""));
    const end = (look: ReadyLook) => {
      socket.destroy();
      resolve(look);
    };
    socket.once("connect", () => end({ ready: true, why: "" }));
    socket.once("error", (error) =>
      end({ ready: false, why: `nothing listens at ${hostname}:${port}`, absent: isAbsent(error) }),
    );
    socket.setTimeout(answerLimitMs, () => end({ ready: false, why: "the port accepts no connections" }));
  });
}

/**
 * Whether a running service says that it is ready: by its path, or by accepting a connection where it has none.
 * @param authority of its certificate, in PEM; everybody's where it is left out
 */
export async function saysReady(
  origin: string,
  readyPath: string | undefined,
  withinMs: number,
  authority?: string,
): Promise<boolean> {
  if (readyPath === undefined) return (await portLook(origin)).ready;
  const asking = { method: "GET", url: `${origin}${readyPath}`, headers: new Map(), body: Buffer.alloc(0) };
  const answer = await send({ ...asking, authority }, {}, AbortSignal.timeout(withinMs)).catch(() => null);
  return answer?.verdict.outcome === "ok";
}
