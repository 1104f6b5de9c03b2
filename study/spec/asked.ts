/** The requests of a study to its service: a payload by name, its requests and how their answers are judged. */
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { nameProblems } from "../../errors/problems.ts";
import type { ProbeRequest } from "../../infra/plugin/kinds/process/ready-probe.ts";
import { secretsOf } from "../../infra/services/definition/run.ts";
import type { Service } from "../../infra/services/index.ts";
import { resolveAsk } from "../../workloads/ask/ask.ts";
import { type Asked, type AskedRequest, requestsOf } from "../../workloads/ask/asked.ts";
import { type BodySizes, openPayloadFile } from "../../workloads/payload-files/index.ts";

/** Of a service of the user's own, which has one payload. */
export const ownPayload = "requests";

export interface OpenAsked {
  readonly name: string;
  readonly digest: string;
  readonly source: string;
  readonly licence: string;
  /** True where no person wrote the texts. */
  readonly synthetic: boolean;
  readonly asked: Asked;
  /** Texts of a built-in set. */
  readonly texts: readonly string[] | null;
  /** Bytes of the bodies; null for a built-in set. */
  readonly sizes: BodySizes | null;
  /** Right answers, by the request's index, where the payload says them. */
  readonly expected?: ((index: number) => string | undefined) | undefined;
}

export function payloadNames({ own }: Service): string[] {
  return own === undefined ? [ownPayload] : Object.keys(own.payloads);
}

export function defaultPayloadOf({ own }: Service): string {
  return own?.defaultPayload ?? ownPayload;
}

/** @returns the digest of what would be sent now; null where there is no such payload any more */
export async function payloadDigest(service: Service, name: string): Promise<string | null> {
  if (!payloadNames(service).includes(name)) return null;
  if (service.own !== undefined) return (await service.own.payloads[name]!.load()).digest;
  const file = service.spec.ask.payload;
  if (file === undefined) return emptyDigest;
  const set = await openPayloadFile(file, { folder: service.folder, anywhere: false }).catch(() => null);
  set?.close();
  return set?.digest ?? null;
}

/**
 * Reads what would be sent, without a header's value: a plan is made where no token is, too.
 * @throws TestbedError (badInput) where its file is broken
 */
export async function checkPayload({ spec, folder, own }: Service): Promise<void> {
  const { payload: file } = spec.ask;
  if (own !== undefined || file === undefined) return;
  const set = await openPayloadFile(file, { folder, anywhere: false });
  set.close();
}

/** @throws TestbedError (badInput) where there is no such payload, its file is broken, or a header has no value */
export async function openAsked(
  service: Service,
  name: string = defaultPayloadOf(service),
  environment: NodeJS.ProcessEnv = process.env,
): Promise<OpenAsked> {
  const { spec, folder, own } = service;
  const { payload: file, ...ask } = spec.ask;
  const problems: Problem[] = nameProblems("payload", name, payloadNames(service));
  if (problems.length > 0) throw new TestbedError("badInput", `there is no payload ${name}`, { problems });
  const asks = resolveAsk(ask, environment, folder);
  // An answer may repeat what its service was started with, too.
  const resolved = { ...asks, secrets: [...asks.secrets, ...secretsOf(spec.run, environment)] };
  if (own !== undefined) {
    const set = await own.payloads[name]!.load();
    const { digest, source, licence, synthetic, texts } = set;
    return {
      ...{ name, digest, source, licence, synthetic, texts },
      sizes: null,
      asked: { ask: resolved, requests: requestsOf(set.bodies()), judge: spec.judge },
    };
  }
  if (file === undefined) {
    // A request without a body is a payload, too: the same one each time.
    return {
      name,
      digest: emptyDigest,
      source: "none: every request is the same",
      licence: "none",
      synthetic: false,
      texts: null,
      sizes: { least: 0, median: 0, mean: 0, p99: 0, most: 0, total: 0 },
      asked: { ask: resolved, requests: requestsOf([Buffer.alloc(0)]), judge: spec.judge },
    };
  }
  const set = await openPayloadFile(file, { folder, anywhere: false });
  return {
    ...{ name, digest: set.digest, synthetic: false, texts: null, sizes: set.sizes },
    source: set.source ?? `the file ${file.file}`,
    licence: set.licence ?? "not stated",
    asked: { ask: resolved, requests: set, judge: spec.judge },
    expected: set.expected,
  };
}

/** Of no byte. */
const emptyDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Bytes; what is larger is not kept beside a stack's state. */
const largestProbe = 256 * 1024;

/** One request of the load as it may be written down; undefined where it is too large for that. */
export function probeOf({ spec }: Service, { requests }: Asked): ProbeRequest | undefined {
  const { method, path, headers, body, contentType }: AskedRequest = requests.request(0);
  if (body.byteLength > largestProbe) return undefined;
  // A payload's own headers may hold secrets.
  if ((headers ?? []).some(([name]) => /auth|cookie|key|token|secret/i.test(name))) return undefined;
  return {
    method: (method ?? spec.ask.method) as ProbeRequest["method"],
    path: path ?? spec.ask.path,
    headers: withContentType(
      { ...spec.ask.headers, ...Object.fromEntries(headers ?? []) },
      body,
      contentType,
    ),
    body: Buffer.from(body).toString("base64"),
  };
}

/** As every request of the load has one: a server that is asked with text/plain says no to JSON. */
function withContentType(
  headers: ProbeRequest["headers"],
  body: Uint8Array,
  ofBody = "application/json",
): ProbeRequest["headers"] {
  const named = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  return named || body.byteLength === 0 ? headers : { ...headers, "content-type": ofBody };
}
