/** The address of the service: credentials in it become a header, and TLS is tried once before any measurement. */
import net from "node:net";
import tls from "node:tls";
import { TestbedError } from "../../errors/errors.ts";
import type { ResolvedAsk } from "./ask.ts";

export interface Addressed {
  /** Without credentials. */
  readonly url: string;
  readonly ask: ResolvedAsk;
}

/** `http://user:password@host/` asks by Basic authorization (RFC 7617), unless a header says another. */
export function withCredentials(url: string, ask: ResolvedAsk): Addressed {
  const { username, password } = new URL(url);
  if (username === "" && password === "") return { url, ask };
  const pair = `${decoded(username)}:${decoded(password)}`;
  const basic = Buffer.from(pair).toString("base64");
  const isSaid = ask.headers.some(([name]) => name === "authorization");
  return {
    url: withoutCredentials(url),
    ask: {
      ...ask,
      headers: isSaid ? ask.headers : [...ask.headers, ["authorization", `Basic ${basic}`]],
      secrets: [...ask.secrets, basic, decoded(password)].filter((secret) => secret !== ""),
    },
  };
}

/** As it may be shown and stored. */
export function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.username === "" && parsed.password === "") return url;
  parsed.username = "";
  parsed.password = "";
  return parsed.href;
}

/** Errors of a server that is not running (yet): the requests will fail with them too. */
const absent = [
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
];
const handshakeMs = 5_000;

/** What a user does about a certificate that does not verify. */
export const authorityHint =
  "For a private certificate authority, name its PEM file in the service file's ask.certificateAuthority (for `load`, " +
  "--certificate-authority); NODE_EXTRA_CA_CERTS=<file> adds one to the public authorities.";

/** @throws TestbedError (runFailed) where the address is https and its certificate does not verify, or it speaks no TLS */
export async function checkSecure(url: string, { authority }: Pick<ResolvedAsk, "authority">): Promise<void> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== "https:") return;
  const host = hostname.replace(/^\[|\]$/g, "");
  const servername = net.isIP(host) === 0 ? { servername: host } : {};
  const socket = tls.connect({
    ...{ host, port: Number(port || 443), ...servername, ALPNProtocols: ["http/1.1"] },
    ...(authority === undefined ? {} : { ca: authority }),
  });
  socket.setTimeout(handshakeMs);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.once("timeout", () => reject(new Error(`no TLS handshake within ${handshakeMs / 1000} s`)));
      socket.once("error", reject);
    });
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    if (absent.includes(code)) return;
    throw new TestbedError("runFailed", `TLS with ${withoutCredentials(url)} cannot be established`, {
      problems: [
        { path: "url", expected: "a certificate that verifies, for this name", got: `${message} (${code})` },
      ],
      hint: code.includes("SSL") ? "Does the server speak plain http?" : authorityHint,
      cause,
    });
  } finally {
    socket.destroy();
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
