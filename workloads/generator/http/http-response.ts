/**
 * Reads one HTTP/1.1 response at a time from a connection, as strictly as RFC 9112 and llhttp: an invalid response is
 * detected at its first wrong byte, without waiting for more. Each byte is read once, however the response is split.
 * `npm run bench:parser` compares it with Node's own parser.
 */
import { type ChunkDecoder, decodeChunks } from "./chunked.ts";
import { type ResponseHead, readHead, startsLikeHead } from "./http-head.ts";

/** A whole response; `body` is valid only until the next read of the connection. */
export interface HttpResponse extends Omit<ResponseHead, "length"> {
  /** As much of it as was to be kept. */
  readonly body: Buffer;
  /** Of the whole body. */
  readonly bytes: number;
}

export interface Malformed {
  readonly malformed: string;
}

export interface ReaderOptions {
  /** Of a body, in bytes: the rest is counted only. One that is to be kept whole and is longer is malformed. */
  readonly keep: number | "whole";
  /** Called with each piece of a body, and where chunks are counted, at the end of each. */
  readonly onBody?: (piece: Buffer, endsChunk: boolean) => void;
}

export interface ResponseReader {
  /** A request leaves: nothing of an answer is here yet. @param bodyless the answer has no body, whatever it says (HEAD) */
  expect(bodyless: boolean): void;
  /** @returns the response once it is whole, undefined before */
  read(chunk: Buffer): HttpResponse | Malformed | undefined;
  /** The connection ended: the response, where only its end was awaited. */
  end(): HttpResponse | undefined;
}

const endOfHead = "\r\n\r\n";
const mostHeadBytes = 65_536;
/** A body that is to be judged is held in memory. */
export const mostBodyBytes = 64 * 2 ** 20;
const nothing = Buffer.alloc(0);

export function responseReader({ keep, onBody }: ReaderOptions): ResponseReader {
  const mostKept = keep === "whole" ? mostBodyBytes : keep;
  let bodyless = false;
  let head: ResponseHead | undefined;
  /** Of a head that is not whole. */
  let begun: Buffer = nothing;
  let pieces: Buffer[] = [];
  let kept = 0;
  let bytes = 0;
  /** Made where it is needed: most answers have none. */
  let chunks: ChunkDecoder | undefined;

  /** @param lent whether its memory is used again after this read */
  const take = (piece: Buffer, lent: boolean, endsChunk: boolean) => {
    onBody?.(piece, endsChunk);
    bytes += piece.length;
    const room = mostKept - kept;
    if (room <= 0 || piece.length === 0) return;
    const part = piece.length > room ? piece.subarray(0, room) : piece;
    pieces.push(lent ? Buffer.from(part) : part);
    kept += part.length;
  };

  const finish = (leftOver: boolean): HttpResponse => {
    const response = answer(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces), bytes, leftOver);
    reset();
    return response;
  };

  const answer = (body: Buffer, size: number, leftOver: boolean): HttpResponse => {
    const { status, contentType, location, server, timing, closes } = head!;
    return { status, contentType, location, server, timing, body, bytes: size, closes: closes || leftOver };
  };

  const reset = () => {
    head = undefined;
    begun = nothing;
    if (pieces.length > 0) pieces = [];
    kept = 0;
    bytes = 0;
    chunks = undefined;
  };

  /** @returns what follows the head; undefined where it goes on, or what is wrong with it */
  const readHeads = (chunk: Buffer): Buffer | string | undefined => {
    let data = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    for (;;) {
      const end = data.indexOf(endOfHead);
      if (end === -1) {
        if (data.length > mostHeadBytes) return longHead;
        const problem = startsLikeHead(data);
        if (problem !== "") return problem;
        // Copied, because the caller reads the next chunk into the same memory.
        begun = Buffer.from(data);
        return undefined;
      }
      if (end > mostHeadBytes) return longHead;
      const read = readHeadAgain(data.toString("latin1", 0, end), bodyless);
      if (typeof read === "string") return read;
      data = data.subarray(end + endOfHead.length);
      begun = nothing;
      // 1xx is an interim word; the response follows. Nobody asked for another protocol.
      if (read.status >= 200 || read.status === 101) {
        head = read;
        return data;
      }
      if (data.length === 0) return undefined;
    }
  };

  return {
    expect(without) {
      bodyless = without;
      if (head !== undefined || begun !== nothing) reset();
    },
    read(chunk) {
      let data = chunk;
      if (head === undefined) {
        const rest = readHeads(chunk);
        if (rest === undefined) return undefined;
        if (typeof rest === "string") return { malformed: rest };
        data = rest;
      }
      const { length } = head!;
      if (typeof length === "number") {
        const missing = length - bytes;
        if (keep === "whole" && length > mostBodyBytes) return { malformed: tooLong };
        const whole = data.length >= missing;
        const piece = data.length > missing ? data.subarray(0, missing) : data;
        // Most answers come in one piece: it is lent to the judge and not copied.
        if (whole && bytes === 0 && onBody === undefined && length <= mostKept) {
          const response = answer(piece, length, data.length > missing);
          head = undefined;
          return response;
        }
        take(piece, !whole || bytes > 0, false);
        return whole ? finish(data.length > missing) : undefined;
      }
      if (length === "until close") take(data, true, false);
      else {
        chunks ??= decodeChunks((piece, endsChunk) => take(piece, true, endsChunk));
        const end = chunks.read(data);
        if (typeof end === "string") return { malformed: end };
        if (end !== undefined) return finish(end < data.length);
      }
      return keep === "whole" && bytes > mostBodyBytes ? { malformed: tooLong } : undefined;
    },
    end: () => (head?.length === "until close" ? finish(false) : undefined),
  };
}

let lastText = "";
let lastBodyless = false;
let lastHead: ResponseHead | string = "";

/** Of a service that does not number its answers, the heads of a second are alike. */
function readHeadAgain(text: string, bodyless: boolean): ResponseHead | string {
  if (text === lastText && bodyless === lastBodyless) return lastHead;
  lastText = text;
  lastBodyless = bodyless;
  lastHead = readHead(text, bodyless);
  return lastHead;
}

const longHead = "a head of more than 64 KiB";
const tooLong = `a body of more than ${mostBodyBytes / 2 ** 20} MiB, which is too long to judge`;
