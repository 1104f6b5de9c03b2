/** Options for the requests to an address and the check of its answers, in place of a service file. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { problemsOf } from "../../errors/problems.ts";
import { askSpec, resolveAsk } from "../../workloads/ask/ask.ts";
import { type Asked, requestsOf } from "../../workloads/ask/asked.ts";
import { type JudgeSpec, judgeSpec } from "../../workloads/judge/judge.ts";
import { openPayloadFile, payloadForms } from "../../workloads/payload-files/index.ts";
import { payloadFileSpec } from "../../workloads/payload-files/spec.ts";
import { defaultPayload, payloadNamed } from "./arrival-options.ts";

export const askOptions = [
  {
    flags: "--method <name>",
    description: "method of the requests; default POST, or GET if --body is empty",
  },
  {
    flags: "--header <name: value>",
    description: "header of every request; repeatable",
    repeats: true,
  },
  {
    flags: "--header-env <name=VARIABLE>",
    description:
      "a header with the value of an environment variable, which is never stored: authorization='Bearer TOKEN' puts Bearer before the value of TOKEN",
    repeats: true,
  },
  { flags: "--body <text>", description: "body of every request: text, @file, or empty for none" },
  {
    flags: "--payload-file <file>",
    description: `requests from a file or folder: ${Object.keys(payloadForms).join(", ")}`,
  },
  {
    flags: "--format <name>",
    description: "format of that file; default from its ending",
    choices: Object.keys(payloadForms),
  },
  {
    flags: "--template <text>",
    description: 'body with {{column}} for values of that file, for example {"texts":["{{text}}"]}',
  },
  {
    flags: "--judge <JSON or file>",
    description: "which answers are right; default every status 2xx",
  },
  {
    flags: "--connection <kind>",
    description: "keep-alive, or a new connection for each request",
    choices: ["keep-alive", "new"],
  },
  {
    flags: "--certificate-authority <file>",
    description: "PEM file of the authorities to trust for an https address",
  },
] as const;

const names = [
  "method",
  "header",
  "headerEnv",
  "body",
  "payloadFile",
  "format",
  "template",
  "judge",
  "connection",
  "certificateAuthority",
];

/**
 * @param beside what says it already
 * @throws TestbedError (badInput) where options of both kinds are given
 */
export function refuseBesideService(
  options: Readonly<Record<string, unknown>>,
  beside: "--service" | "a variant" = "--service",
): void {
  const given = names.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  throw new TestbedError("badInput", `${beside} says already how the service is asked`, {
    problems: given.map((name) => ({
      path: `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      expected: `left out beside ${beside}`,
      got: String(options[name]),
    })),
    hint:
      beside === "--service"
        ? "Change the service file, or leave --service out."
        : "Change the service file, or give the url of a service that runs.",
  });
}

/** What is asked, with its payload as a result names it. */
export interface AskedByOptions extends Asked {
  readonly payload: { readonly name: string; readonly digest: string };
}

/** @throws TestbedError (badInput) with every problem of the options; of a payload file, with every one of that */
export async function askedBy(
  options: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<AskedByOptions> {
  const problems: Problem[] = [];
  const hasBody = options.body !== "";
  const input = {
    method: options.method ?? (hasBody ? "POST" : "GET"),
    headers: headersFrom(options, problems),
    ...(options.connection === undefined ? {} : { connection: options.connection }),
    ...(options.certificateAuthority === undefined
      ? {}
      : { certificateAuthority: options.certificateAuthority }),
  };
  const ask = askSpec.safeParse(input);
  if (!ask.success) problems.push(...problemsOf(ask.error, input).map(optionOf));
  const judge = judgeFrom(options.judge, problems);
  const bodies = ["body", "payloadFile", "payload"].filter((name) => options[name] !== undefined);
  if (bodies.length > 1) {
    problems.push({ path: "--body", expected: "one of --body, --payload-file, --payload", got: "several" });
  }
  for (const name of ["format", "template"]) {
    if (options[name] !== undefined && options.payloadFile === undefined) {
      problems.push({ path: `--${name}`, expected: "--payload-file beside it", got: String(options[name]) });
    }
  }
  const body = bodyFrom(options.body, problems);
  if (problems.length > 0 || !ask.success) {
    throw new TestbedError("badInput", "the address cannot be asked like this", { problems });
  }
  const asked = { ask: resolveAsk(ask.data, environment), judge };
  if (body !== undefined) {
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    return { ...asked, requests: requestsOf([body]), payload: { name: "body", digest } };
  }
  if (options.payloadFile !== undefined) {
    const { payloadFile: file, format, template } = options;
    const spec = payloadFileSpec.parse({ file, format, template });
    const requests = await openPayloadFile(spec, { folder: process.cwd(), anywhere: true });
    return { ...asked, requests, payload: { name: spec.file, digest: requests.digest } };
  }
  const set = await payloadNamed(options.payload).load();
  const name = String(options.payload ?? defaultPayload);
  return { ...asked, requests: requestsOf(set.bodies()), payload: { name, digest: set.digest } };
}

function headersFrom(options: Readonly<Record<string, unknown>>, problems: Problem[]) {
  const headers: Record<string, unknown> = {};
  for (const text of (options.header ?? []) as readonly string[]) {
    const at = text.indexOf(":");
    // Not what was got: it may hold a secret.
    if (at < 1) problems.push({ path: "--header", expected: "name: value", got: "no name before a colon" });
    else headers[text.slice(0, at).trim()] = text.slice(at + 1).trim();
  }
  for (const text of (options.headerEnv ?? []) as readonly string[]) {
    const [, name, prefix, environment] = /^([^=]+)=(.*?)([A-Za-z_][A-Za-z0-9_]*)$/.exec(text) ?? [];
    if (name === undefined) {
      problems.push({
        path: "--header-env",
        expected: "name=VARIABLE",
        got: "no name of a variable at its end",
      });
    } else
      headers[name.trim()] = {
        environment,
        prefix: prefix === "" || prefix!.endsWith(" ") ? prefix : `${prefix} `,
      };
  }
  return headers;
}

/** `headers.x` of the ask is `--header`'s. */
function optionOf({ path, expected, got }: Problem): Problem {
  return path.startsWith("headers")
    ? { path: `--header ${path.slice("headers.".length)}`, expected, got: "a name or value that is none" }
    : { path: `--${path}`, expected, got };
}

function bodyFrom(body: unknown, problems: Problem[]): Buffer | undefined {
  if (body === undefined) return undefined;
  const text = String(body);
  if (!text.startsWith("@")) return Buffer.from(text);
  try {
    return readFileSync(text.slice(1));
  } catch {
    problems.push({ path: "--body", expected: "a file that can be read", got: text.slice(1) });
    return undefined;
  }
}

function judgeFrom(given: unknown, problems: Problem[]): JudgeSpec {
  if (given === undefined) return {};
  const text = String(given);
  let value: unknown;
  try {
    value = JSON.parse(
      text.trimStart().startsWith("{") || !existsSync(text) ? text : readFileSync(text, "utf8"),
    );
  } catch {
    problems.push({
      path: "--judge",
      expected: 'JSON such as {"status":[200]}, or a file of it',
      got: text.slice(0, 80),
    });
    return {};
  }
  const parsed = judgeSpec.safeParse(value);
  if (parsed.success) return parsed.data;
  problems.push(...problemsOf(parsed.error, value).map((one) => ({ ...one, path: `--judge ${one.path}` })));
  return {};
}
