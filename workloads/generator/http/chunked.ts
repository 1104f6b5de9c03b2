/** The chunked coding (RFC 9112, section 7.1), as it comes, byte by byte or megabyte by megabyte. */

export interface ChunkDecoder {
  /** @returns where the body ended in this piece, undefined where it goes on, or what is wrong with it */
  read(data: Buffer): number | undefined | string;
}

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const quoted = '"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
const size = new RegExp(`^([0-9A-Fa-f]{1,16})(?:;(?:${token})?(?:=(?:${token}|${quoted})?)?)*$`);
const trailer = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/;
const mostLineBytes = 16_384;
const mostTrailerBytes = 65_536;
const cr = 0x0d;
const lf = 0x0a;

/** @param onData called with each piece of the body */
export function decodeChunks(onData: (piece: Buffer, endsChunk: boolean) => void): ChunkDecoder {
  let state: "size" | "data" | "end of data" | "trailers" = "size";
  /** Of a line that is not whole. */
  let line = "";
  let left = 0;
  let trailerBytes = 0;

  return {
    read(data) {
      let at = 0;
      while (at < data.length) {
        if (state === "data") {
          const to = Math.min(data.length, at + left);
          left -= to - at;
          onData(data.subarray(at, to), left === 0);
          at = to;
          if (left === 0) state = "end of data";
          continue;
        }
        const end = data.indexOf(lf, at);
        line += data.toString("latin1", at, end === -1 ? data.length : end);
        at = end === -1 ? data.length : end + 1;
        if (line.length > mostLineBytes) return "a chunk's line of more than 16 KiB";
        if (end === -1) {
          const problem = unfinished(state, line);
          if (problem !== "") return problem;
          continue;
        }
        if (line.charCodeAt(line.length - 1) !== cr) return "a chunk's line that ends without CR";
        const text = line.slice(0, -1);
        line = "";
        if (state === "end of data") {
          if (text !== "") return "a chunk longer than its size";
          state = "size";
        } else if (state === "size") {
          const digits = size.exec(text)?.[1];
          if (digits === undefined) return `chunk size ${text.slice(0, 40)}`;
          left = Number.parseInt(digits, 16);
          if (!Number.isSafeInteger(left)) return `chunk size ${digits}`;
          state = left === 0 ? "trailers" : "data";
        } else {
          if (text === "") return at;
          trailerBytes += text.length;
          if (!trailer.test(text) || trailerBytes > mostTrailerBytes) return "a trailer that is none";
        }
      }
      return undefined;
    },
  };
}

/** Of a line that goes on: empty where it may become a right one, so that a wrong one is not waited for. */
function unfinished(state: string, line: string): string {
  if (/\r./s.test(line)) return "a chunk's line that does not end with CR LF";
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  if (text === "") return state === "size" && line !== "" ? "an empty chunk size" : "";
  if (state === "end of data") return "a chunk longer than its size";
  if (state === "size" && !/^[0-9A-Fa-f]{1,16}(?:;|$)/.test(text)) return `chunk size ${text.slice(0, 40)}`;
  return "";
}
