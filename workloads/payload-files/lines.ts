/** Lines of a file by their offsets: the file stays on disk, and an index of a million lines is 16 MB. */
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { Numbers } from "./format.ts";

export interface Lines {
  /** Lines that are not empty. */
  readonly count: number;
  readonly digest: string;
  /** Without its ending. */
  line(index: number): Buffer;
  close(): void;
}

const chunkBytes = 1 << 20;
const newline = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** @param onLine each line that is not empty, once, with its number from 1; the bytes are only lent */
export function openLines(path: string, onLine: (line: Buffer, number: number) => void): Lines {
  const file = openSync(path, "r");
  try {
    const starts = new Numbers();
    const lengths = new Numbers();
    const hash = createHash("sha256");
    let number = 0;
    const take = (bytes: Buffer, at: number) => {
      number++;
      const mark = at === 0 && bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
      const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
      const line = bytes.subarray(Math.min(mark, end), end);
      if (isBlank(line)) return;
      starts.push(at + mark);
      lengths.push(line.length);
      onLine(line, number);
    };
    forEachLine(file, (bytes) => hash.update(bytes), take);
    const [from, length] = [starts.whole(), lengths.whole()];
    return {
      count: from.length,
      digest: hash.digest("hex"),
      line: (index) => bytesAt(file, from[index]!, length[index]!),
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

export function bytesAt(file: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  let have = 0;
  while (have < length) {
    const read = readSync(file, bytes, have, length - have, from + have);
    if (read === 0) throw new Error("the payload file became shorter while in use");
    have += read;
  }
  return bytes;
}

function forEachLine(
  file: number,
  onChunk: (bytes: Buffer) => void,
  onLine: (bytes: Buffer, at: number) => void,
): void {
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  /** Of a line that goes on in the next chunk. */
  let begun: Buffer[] = [];
  let lineAt = 0;
  let chunkAt = 0;
  for (;;) {
    const read = readSync(file, chunk, 0, chunkBytes, chunkAt);
    if (read === 0) break;
    const data = chunk.subarray(0, read);
    onChunk(data);
    let from = 0;
    for (let end = data.indexOf(newline); end !== -1; end = data.indexOf(newline, from)) {
      const last = data.subarray(from, end);
      onLine(begun.length === 0 ? last : Buffer.concat([...begun, last]), lineAt);
      begun = [];
      from = end + 1;
      lineAt = chunkAt + from;
    }
    // Copied, because the next chunk is read into the same memory.
    if (from < read) begun.push(Buffer.from(data.subarray(from)));
    chunkAt += read;
  }
  if (begun.length > 0) onLine(Buffer.concat(begun), lineAt);
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09);
}
