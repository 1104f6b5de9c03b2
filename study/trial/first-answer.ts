/** The first check of a service that has started or was running: is one request of the load answered correctly? */
import { messageOf, TestbedError } from "../../errors/errors.ts";
import type { Endpoint } from "../../infra/targets/index.ts";
import { authorityHint } from "../../workloads/ask/address.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import { type Answer, askOnce } from "../../workloads/ask/single-request.ts";
import { failureExamples } from "../../workloads/generator/failures.ts";

export interface FirstRequest {
  /** The service, for a message. */
  readonly name: string;
  readonly endpoint: Pick<Endpoint, "url" | "logFile">;
  readonly asked: Asked;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks once, and once more the same.
 * @returns what a reader should know of it: the second answer was another one; empty where there is nothing to say
 * @throws TestbedError (runFailed) with the reason and the answer's beginning
 */
export async function firstAnswer(first: FirstRequest): Promise<string> {
  const one = await rightAnswer(first);
  const other = await rightAnswer(first);
  return one.body.equals(other.body)
    ? ""
    : `${first.name} gave another answer when the same request was repeated.`;
}

async function rightAnswer({ name, endpoint, asked, timeoutMs, signal }: FirstRequest): Promise<Answer> {
  const { url, logFile } = endpoint;
  const answer = await askOnce({
    ...{ url, asked, request: asked.requests.request(0) },
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new TestbedError("runFailed", `${name} does not answer: ${whyNot(error, timeoutMs)}`, {
      cause: error,
      problems: [{ path: "url", expected: "an answer", got: url }],
      hint: hintFor(error, logFile),
    });
  });
  const { verdict, status, headers, body } = answer;
  if (verdict.outcome === "ok") return answer;
  const { examples, add } = failureExamples(asked.ask.secrets);
  add(verdict.outcome, status, verdict.reason, body);
  const [example] = examples;
  const location = status >= 300 && status < 400 ? `, to ${headers.location ?? "nowhere"}` : "";
  throw new TestbedError(
    "runFailed",
    `${name} answered its first request wrongly: ${example?.reason ?? verdict.reason}${location}`,
    {
      problems: [
        {
          path: "answer",
          expected:
            location === ""
              ? "what `judge` says"
              : "an answer instead of a redirect: give the address that it leads to",
          got: example === undefined || example.body === "" ? "an empty body" : example.body,
        },
      ],
      hint: `Is it asked as it should be (ask), and judged so (judge)? Its log: ${logFile}`,
    },
  );
}

interface SystemError {
  readonly code?: string;
  readonly name?: string;
}

function whyNot(error: unknown, timeoutMs: number): string {
  const { code = "", name } = (error ?? {}) as SystemError;
  if (name === "TimeoutError") return `nothing within ${timeoutMs} ms`;
  if (code === "ECONNREFUSED") return "the connection is refused";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "its name is not known";
  if (isOfTls(error)) return `its certificate is not accepted (${messageOf(error)})`;
  return messageOf(error) || code;
}

function isOfTls(error: unknown): boolean {
  const { code = "" } = (error ?? {}) as SystemError;
  return /CERT|SELF_SIGNED|UNABLE_TO|TLS|SSL/.test(code);
}

function hintFor(error: unknown, logFile: string): string {
  return isOfTls(error) ? authorityHint : `Its log: ${logFile}`;
}
