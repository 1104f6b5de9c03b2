/**
 * Reads one HTTP/1.1 response at a time off a connection: as much of RFC 9112 as an answer to a POST needs (content
 * length, chunked, until close), and nothing that a client of our own requests never meets. Not a general parser.
 */

/** A whole response; `body` is valid only until the next read of the connection. */
export interface HttpResponse {
  readonly status: number;
  readonly body: Buffer;
  /** Value of `content-type`, in lower case; empty where there is none. */
  readonly contentType: string;
  /** Value of `x-testbed-worker`, empty where there is none. */
  readonly server: string;
  /** Value of `server-timing`, in lower case; empty where there is none. */
  readonly timing: string;
  /** The connection cannot carry another request. */
  readonly closes: boolean;
}

export interface ResponseReader {
  /** @returns the response once it is whole, undefined before, "malformed" where it is not HTTP */
  read(chunk: Buffer): HttpResponse | undefined | "malformed";
  /** The connection ended: the response, where only its end was awaited. */
  end(): HttpResponse | undefined;
}

interface Head {
  readonly status: number;
  readonly contentType: string;
  readonly server: string;
  readonly timing: string;
  readonly closes: boolean;
  /** Body length in bytes, or how its end is known. */
  readonly length: number | "chunked" | "until close";
}

const endOfHead = "\r\n\r\n";
const mostHeadBytes = 65_536;
const nothing = Buffer.alloc(0);

export function responseReader(): ResponseReader {
  let head: Head | undefined;
  let pending: Buffer = nothing;

  const finish = (body: Buffer, leftOver: boolean): HttpResponse => {
    const { status, contentType, server, timing, closes } = head!;
    head = undefined;
    pending = nothing;
    // Bytes that nobody asked for: the next answer on this connection could not be trusted.
    return { status, body, contentType, server, timing, closes: closes || leftOver };
  };

  const read = (chunk: Buffer): HttpResponse | undefined | "malformed" => {
    let data = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (head === undefined) {
      const end = data.indexOf(endOfHead);
      if (end === -1) {
        // Copied, because the caller reads the next chunk into the same memory.
        pending = Buffer.from(data);
        return data.length > mostHeadBytes ? "malformed" : undefined;
      }
      const parsed = parseHead(data.toString("latin1", 0, end));
      if (parsed === undefined) return "malformed";
      data = data.subarray(end + endOfHead.length);
      // 1xx is an interim word; the response follows.
      if (parsed.status >= 200) head = parsed;
      else pending = nothing;
    }
    const { length } = head;
    if (typeof length === "number" && data.length >= length) {
      return finish(data.subarray(0, length), data.length > length);
    }
    if (length === "chunked") {
      const decoded = decodeChunked(data);
      if (decoded === "malformed") return decoded;
      if (decoded !== undefined) return finish(decoded.body, decoded.end < data.length);
    }
    pending = Buffer.from(data);
    return undefined;
  };

  return {
    read,
    end: () => (head?.length === "until close" ? finish(pending, false) : undefined),
  };
}

function parseHead(text: string): Head | undefined {
  if (!text.startsWith("HTTP/1.")) return undefined;
  const status = Number(text.slice(9, 12));
  if (!(status >= 100 && status <= 599)) return undefined;
  const lower = text.toLowerCase();
  const connection = header(lower, "connection");
  const closes = connection === "close" || (text[7] === "0" && connection !== "keep-alive");
  const server = header(lower, "x-testbed-worker");
  const timing = header(lower, "server-timing");
  const contentType = header(lower, "content-type");
  if (status === 204 || status === 304) return { status, contentType, server, timing, closes, length: 0 };
  if (header(lower, "transfer-encoding").endsWith("chunked")) {
    return { status, contentType, server, timing, closes, length: "chunked" };
  }
  const stated = header(lower, "content-length");
  if (stated === "") return { status, contentType, server, timing, closes: true, length: "until close" };
  return /^\d+$/.test(stated)
    ? { status, contentType, server, timing, closes, length: Number(stated) }
    : undefined;
}

function header(lowerCaseHead: string, name: string): string {
  const at = lowerCaseHead.indexOf(`\r\n${name}:`);
  if (at === -1) return "";
  const from = at + name.length + 3;
  const to = lowerCaseHead.indexOf("\r\n", from);
  return lowerCaseHead.slice(from, to === -1 ? undefined : to).trim();
}

function decodeChunked(data: Buffer): { body: Buffer; end: number } | undefined | "malformed" {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = data.indexOf("\r\n", at);
    if (line === -1) return undefined;
    const size = Number.parseInt(data.toString("latin1", at, line), 16);
    if (Number.isNaN(size)) return "malformed";
    const from = line + 2;
    if (size === 0) {
      // Trailers, if any, end with an empty line.
      const end =
        data.toString("latin1", from, from + 2) === "\r\n" ? from + 2 : data.indexOf(endOfHead, from) + 4;
      return end < from + 2 || end > data.length ? undefined : { body: Buffer.concat(pieces), end };
    }
    if (data.length < from + size + 2) return undefined;
    pieces.push(data.subarray(from, from + size));
    at = from + size + 2;
  }
}
