/** The head of a response: its status line and fields (RFC 9112, sections 4 to 6). */

export interface ResponseHead {
  readonly status: number;
  /** Value of `content-type`, in lower case; empty where there is none. */
  readonly contentType: string;
  /** Value of `location` of a redirect. */
  readonly location: string;
  /** Value of `x-testbed-worker`, empty where there is none. */
  readonly server: string;
  /** Value of `server-timing`, in lower case; empty where there is none. */
  readonly timing: string;
  /** The connection cannot carry another request. */
  readonly closes: boolean;
  /** Body length in bytes, or how its end is known. */
  readonly length: number | "chunked" | "until close";
}

/** Of the reason nothing is used: whatever it holds. */
const statusLine = "HTTP/1\\.[01] [0-9]{3}(?: [^\\r\\n]*)?";
const field = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+:[\\t\\x20-\\x7e\\x80-\\xff]*";
const wholeHead = new RegExp(`^${statusLine}(?:\\r\\n${field})*$`);
const statusOnly = new RegExp(`^${statusLine}$`);
const fieldsOnly = new RegExp(`^(?:\\r\\n${field})*$`);
const opening = "HTTP/1.";
const notHttp = "not an answer of HTTP/1.1";

/** @param text in Latin-1, without the empty line at its end @returns what is wrong with it, where it is no head */
export function readHead(text: string, bodyless: boolean): ResponseHead | string {
  if (!wholeHead.test(text)) return problemOf(text);
  const status = Number(text.slice(9, 12));
  if (status < 100 || status > 599) return `status ${text.slice(9, 12)}`;
  const lower = text.toLowerCase();
  const said = {
    status,
    contentType: header(lower, "content-type"),
    location: status >= 300 && status < 400 ? locationIn(text, lower) : "",
    server: header(lower, "x-testbed-worker"),
    timing: header(lower, "server-timing"),
    closes: closes(lower, text[7] === "0"),
  };
  const codings = header(lower, "transfer-encoding");
  const stated = header(lower, "content-length");
  const isCoded = lower.includes("\r\ntransfer-encoding:");
  const hasLength = lower.includes("\r\ncontent-length:");
  if (isCoded && hasLength) return "both a content length and a transfer encoding";
  if (hasLength && !isLength(stated)) return badLength(stated);
  // The client never asks for another protocol, so the rest cannot be read.
  if (status === 101) return { ...said, closes: true, length: 0 };
  if (bodyless || status < 200 || status === 204 || status === 304) {
    return { ...said, length: 0 };
  }
  if (isCoded) {
    const isChunked = codings.slice(codings.lastIndexOf(",") + 1).trim() === "chunked";
    return isChunked ? { ...said, length: "chunked" } : { ...said, closes: true, length: "until close" };
  }
  return hasLength ? { ...said, length: Number(stated) } : { ...said, closes: true, length: "until close" };
}

/** Of a head that is not whole: empty where it may become one. */
export function startsLikeHead(data: Buffer): string {
  const text = data.toString("latin1");
  if (!opening.startsWith(text.slice(0, opening.length))) return notHttp;
  if (/(?:^|[^\r])\n|\r[^\n]/.test(text)) return "a line that does not end with CR LF";
  const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
  const last = whole.lastIndexOf("\r\n");
  // An incomplete line is checked from its value on: a number may continue.
  const isBegun = last !== -1 && !/^[^:]*:[\t ]*[^\t ]/.test(whole.slice(last));
  const read = last === -1 ? "" : readHead(isBegun ? whole.slice(0, last) : whole, false);
  return typeof read === "string" ? read : "";
}

function problemOf(text: string): string {
  if (!text.startsWith(opening)) return notHttp;
  const end = text.indexOf("\r\n");
  if (!statusOnly.test(end === -1 ? text : text.slice(0, end))) return "a status line that is none";
  const broken = text
    .slice(end + 2)
    .split("\r\n")
    .find((line) => !fieldsOnly.test(`\r\n${line}`));
  return broken === undefined ? "a head that is none" : "a header field that is none";
}

/** Values of that name, joined as a list; of most there is one. */
function header(lowerCaseHead: string, name: string): string {
  const wanted = `\r\n${name}:`;
  let joined: string | undefined;
  for (let at = lowerCaseHead.indexOf(wanted); at !== -1; at = lowerCaseHead.indexOf(wanted, at + 1)) {
    const from = at + wanted.length;
    const to = lowerCaseHead.indexOf("\r\n", from);
    const value = lowerCaseHead.slice(from, to === -1 ? undefined : to).trim();
    // An empty element counts too: a repeated length is invalid.
    joined = joined === undefined ? value : `${joined}, ${value}`;
  }
  return joined ?? "";
}

function closes(lowerCaseHead: string, isOld: boolean): boolean {
  const connection = header(lowerCaseHead, "connection");
  if (connection === "" || connection === "keep-alive") return isOld && connection === "";
  const tokens = connection.split(",").map((token) => token.trim());
  return tokens.includes("close") || (isOld && !tokens.includes("keep-alive"));
}

function locationIn(text: string, lower: string): string {
  const at = lower.indexOf("\r\nlocation:");
  if (at === -1) return "";
  const from = at + "\r\nlocation:".length;
  const to = text.indexOf("\r\n", from);
  return text.slice(from, to === -1 ? undefined : to).trim();
}

/** One number, said once, that a computer can count to. */
function isLength(stated: string): boolean {
  return /^[0-9]+$/.test(stated) && Number.isSafeInteger(Number(stated));
}

function badLength(stated: string): string {
  return `content length ${stated.slice(0, 40)}`;
}
