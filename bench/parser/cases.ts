/** Answers of all kinds from seeds, right ones and ones that a byte or a line makes wrong, in pieces cut anywhere. */
import { type Random, randomFrom } from "../../workloads/random/random.ts";

/** @returns the pieces in which the answer arrives */
export function caseOf(seed: number): Buffer[] {
  const state = Buffer.alloc(16, 0x5a);
  state.writeUInt32LE(seed >>> 0, 0);
  state.writeUInt32LE(Math.floor(seed / 2 ** 32), 4);
  const random = randomFrom(state);
  // The first draws of like seeds are alike.
  for (let draw = 0; draw < 8; draw++) random.bits();
  return cut(random, damaged(random, Buffer.from(answer(random), "latin1")));
}

function answer(random: Random): string {
  const interim = chance(random, 0.05)
    ? `HTTP/1.1 ${oneOf(random, ["100 Continue", "103 Early Hints"])}\r\n\r\n`
    : "";
  const version = chance(random, 0.1) ? "HTTP/1.0" : "HTTP/1.1";
  const status = oneOf(random, [
    "200 OK",
    "200",
    "201 Created",
    "204 No Content",
    "304 Not Modified",
    "404 Not Found",
    "503 ",
  ]);
  const body = bytes(random, random.index(40));
  const framing = oneOf(random, ["length", "length", "chunked", "chunked", "until close", "wrong"]);
  const fields = [
    ...(chance(random, 0.5) ? ["content-type: application/json"] : []),
    ...(chance(random, 0.3) ? [`X-Thing:${oneOf(random, ["", " ", "\t"])}${word(random)}`] : []),
    // Of an old answer that says both, llhttp keeps the connection and we do not.
    ...connection(random).slice(0, version === "HTTP/1.0" ? 1 : 2),
    ...framed(random, framing, body.length),
  ];
  const content = framing === "chunked" ? chunked(random, body) : body;
  const leftOver = chance(random, 0.03) ? "HTTP/1.1" : "";
  return `${interim}${version} ${status}\r\n${shuffle(random, fields)
    .map((line) => `${line}\r\n`)
    .join("")}\r\n${content}${leftOver}`;
}

function connection(random: Random): string[] {
  return oneOf(random, [
    [],
    [],
    [],
    ["Connection: close"],
    ["connection: Keep-Alive"],
    ["Connection: close, x-foo"],
    ["Connection: x-foo,close"],
    ["Connection: x-foo"],
    ["Connection: keep-alive", "Connection: close"],
    ["Connection: closed"],
  ]);
}

function framed(random: Random, framing: string, length: number): string[] {
  if (framing === "length")
    return [
      oneOf(random, [`content-length: ${length}`, `Content-Length:${length} `, `Content-Length: 0${length}`]),
    ];
  if (framing === "chunked")
    return [
      oneOf(random, [
        "transfer-encoding: chunked",
        "Transfer-Encoding: Chunked",
        "transfer-encoding: gzip, chunked",
      ]),
    ];
  if (framing === "until close") return [];
  return oneOf(random, [
    [`content-length: ${length}`, `content-length: ${length}`],
    [`content-length: -${length + 1}`],
    [`content-length: ${length}x`],
    [`content-length: ${length}, ${length}`],
    ["content-length: 999999999999999999999999"],
    ["content-length:"],
    [`content-length: ${length}`, "transfer-encoding: chunked"],
    ["transfer-encoding: gzip"],
  ]);
}

function chunked(random: Random, body: string): string {
  let text = "";
  for (let at = 0; at < body.length; ) {
    const size = 1 + random.index(body.length - at);
    const shown = oneOf(random, [
      size.toString(16),
      size.toString(16).toUpperCase(),
      `0${size.toString(16)}`,
      `${size.toString(16)};a=b`,
    ]);
    text += `${shown}\r\n${body.slice(at, at + size)}\r\n`;
    at += size;
  }
  const trailers = chance(random, 0.2) ? `X-Sum: ${word(random)}\r\n` : "";
  const last = chance(random, 0.1)
    ? oneOf(random, ["-6", "ffffffffffffffffff", "g", "", "0x0", "5"])
    : oneOf(random, ["0", "0", "00", "0;last"]);
  return `${text}${last}\r\n${trailers}\r\n`;
}

/** One answer in three: a byte changed, lost or doubled, a line that ends without CR, or the end missing. */
function damaged(random: Random, whole: Buffer): Buffer {
  if (!chance(random, 0.33) || whole.length === 0) return whole;
  const at = random.index(whole.length);
  switch (random.index(5)) {
    case 0: {
      const changed = Buffer.from(whole);
      changed[at] = oneOf(random, [0, 9, 10, 13, 32, 44, 58, 127, 200, 48 + random.index(75)]);
      return changed;
    }
    case 1:
      return Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)]);
    case 2:
      return Buffer.concat([whole.subarray(0, at + 1), whole.subarray(at)]);
    case 3:
      return Buffer.from(whole.toString("latin1").replace("\r\n", "\n"), "latin1");
    default:
      return whole.subarray(0, at);
  }
}

function cut(random: Random, whole: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  const longest = oneOf(random, [1, 3, 20, 1_000]);
  for (let at = 0; at < whole.length; ) {
    const length = 1 + random.index(longest);
    pieces.push(whole.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

function bytes(random: Random, length: number): string {
  return Array.from({ length }, () =>
    String.fromCharCode(chance(random, 0.2) ? random.index(256) : 97 + random.index(26)),
  ).join("");
}

function word(random: Random): string {
  return Array.from({ length: 1 + random.index(8) }, () => String.fromCharCode(97 + random.index(26))).join(
    "",
  );
}

function chance(random: Random, share: number): boolean {
  return random.uniform() < share;
}

function oneOf<T>(random: Random, among: readonly T[]): T {
  return among[random.index(among.length)]!;
}

function shuffle<T>(random: Random, values: readonly T[]): T[] {
  const left = [...values];
  return values.map(() => left.splice(random.index(left.length), 1)[0]!);
}
