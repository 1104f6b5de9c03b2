/**
 * The requests to a service, as data: method, path, headers, and whether connections are kept. The bodies come from the
 * payload. A header's value may be the name of an environment variable; the value is then known to the running
 * processes only, and never written.
 */
import { z } from "zod";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { readAuthority } from "./certificate-authority.ts";

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Of the client: what says where a message ends, and to whom it goes. */
const ownHeaders = ["host", "content-length", "transfer-encoding", "connection", "expect", "upgrade"];

const headerName = z
  .string()
  .regex(token, "the name of a header")
  .refine((name) => !ownHeaders.includes(name.toLowerCase()), "a header that the client does not set itself");

/** One line of visible characters: what could end the header could begin another request. */
export const headerText = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, "one line of Latin-1 characters");

export const headerValue = z.union([
  headerText,
  z.strictObject({
    /** Name of the variable that holds it. */
    environment: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable"),
    /** Before it, for example `Bearer `. */
    prefix: headerText.default(""),
  }),
]);

export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** A path with its query, as it stands in a request line. */
export const requestPath = z.string().regex(/^\/[\x21-\x7e]*$/, "a path that begins with / and is escaped");

export const askSpec = z.strictObject({
  method: z.enum(methods).default("POST"),
  /** Below the service's address. */
  path: requestPath.default("/"),
  /** Without a content type among them or in the payload, a body is said to be JSON. */
  headers: z.record(headerName, headerValue).default({}),
  /**
   * `keep-alive`: connections are kept and used in turn. `new`: one for each request, closed after its answer; for servers
   * that serve one connection at a time, or balancers that choose by connection.
   */
  connection: z.enum(["keep-alive", "new"]).default("keep-alive"),
  /** Over https: a PEM file of who may have signed the service's certificate, in place of those whom everybody trusts. */
  certificateAuthority: z.string().min(1).optional(),
});
export type AskSpec = z.infer<typeof askSpec>;

/** With the values of its headers: lives in memory, and goes to generators and nowhere else. */
export interface ResolvedAsk {
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly connection: AskSpec["connection"];
  /** What must not be shown: values that came from the environment. */
  readonly secrets: readonly string[];
  /** Certificates in PEM, where not everybody's authorities are to be trusted. */
  readonly authority?: string;
}

/**
 * @param folder to which its paths are relative
 * @throws TestbedError (badInput) naming every variable that is not set, or does not fit in a header, and a file that holds no
 * certificate
 */
export function resolveAsk(
  spec: AskSpec,
  environment: Readonly<Record<string, string | undefined>>,
  folder = process.cwd(),
): ResolvedAsk {
  const problems: Problem[] = [];
  const secrets: string[] = [];
  const headers = Object.entries(spec.headers).map(([name, value]): readonly [string, string] => {
    if (typeof value === "string") return [name.toLowerCase(), value];
    const found = environment[value.environment];
    if (found === undefined || found === "" || !headerText.safeParse(found).success) {
      problems.push({
        path: `ask.headers.${name}`,
        expected: `the environment variable ${value.environment}, set to one line of text`,
        // Not what it holds: it may be half of a secret.
        got:
          found === undefined ? "not set" : found === "" ? "empty" : "characters that a header cannot hold",
      });
      return [name.toLowerCase(), ""];
    }
    secrets.push(found);
    return [name.toLowerCase(), `${value.prefix}${found}`];
  });
  const withoutValue = problems.length > 0;
  const { certificateAuthority: file } = spec;
  const authority = file === undefined ? undefined : readAuthority(file, folder);
  if (typeof authority === "object") problems.push(authority);
  if (problems.length > 0) {
    const what = withoutValue ? "a header has no value" : "its certificate authority is missing";
    throw new TestbedError("badInput", `no request can be sent to the service: ${what}`, {
      problems,
      hint: withoutValue
        ? "Set it where the command is run; its value is used in memory and never stored."
        : "The path is relative to the service file, or to the current folder where --certificate-authority gives it.",
    });
  }
  return {
    ...{ method: spec.method, headers, connection: spec.connection, secrets },
    ...(typeof authority === "string" ? { authority } : {}),
  };
}

/** A JSON body by POST. */
export const plainAsk: ResolvedAsk = resolveAsk(askSpec.parse({}), {});
