/** Answers as they come off a connection. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseOf } from "../../../../bench/parser/cases.ts";
import { disagreement } from "../../../../bench/parser/verdicts.ts";
import { type ReaderOptions, responseReader } from "../../../../workloads/generator/http/http-response.ts";
import { eventClock } from "../../../../workloads/judge/events.ts";

function read(
  text: string,
  options: Partial<ReaderOptions> & { bodyless?: boolean; pieceBytes?: number } = {},
) {
  const { bodyless = false, pieceBytes = text.length, ...rest } = options;
  const reader = responseReader({ keep: "whole", ...rest });
  reader.expect(bodyless);
  const bytes = Buffer.from(text, "latin1");
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const response = reader.read(bytes.subarray(at, at + pieceBytes));
    if (response !== undefined) return response;
  }
  return reader.end();
}
const ok = "HTTP/1.1 200 OK\r\n";

it("is judged as llhttp judges it, whatever comes in whatever pieces", () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31), (seed) => {
      expect(disagreement(caseOf(seed))).toBe("");
    }),
    { numRuns: 3_000 },
  );
});

describe("a connection", () => {
  it.each([
    ["Connection: close", true],
    ["Connection: close, x-foo", true],
    ["Connection: x-foo ,\tClose", true],
    ["Connection: keep-alive\r\nConnection: close", true],
    ["Connection: keep-alive", false],
    ["Connection: closed", false],
    ["X-Connection: close", false],
  ])("with %j closes: %s", (field, closes) => {
    expect(read(`${ok}${field}\r\ncontent-length: 0\r\n\r\n`)).toMatchObject({ status: 200, closes });
  });
});

describe("what is no answer is known at once", () => {
  it.each([
    ["a chunk size below zero", `${ok}transfer-encoding: chunked\r\n\r\n-6\r\n`, "chunk size -6"],
    [
      "a chunk size past counting",
      `${ok}transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n`,
      "chunk size",
    ],
    ["a frame of HTTP/2", "\0\0\x12\x04\0\0\0\0\0", "not an answer of HTTP/1.1"],
    ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n", "not an answer of HTTP/1.1"],
    ["its first byte", "\x16", "not an answer of HTTP/1.1"],
    ["lines that end without CR", "HTTP/1.1 200 OK\ncontent-length: 2\n\n{}", "CR LF"],
    ["an endless head", `${ok}a: ${"x".repeat(70_000)}`, "64 KiB"],
    ["two lengths", `${ok}content-length: 1\r\ncontent-length: 2\r\n`, "content length 1, 2"],
    ["two lengths, one of them nothing", `${ok}content-length: \r\ncontent-length: 5\r\n`, "content length"],
    ["a length and chunks", `${ok}content-length: 1\r\ntransfer-encoding: chunked\r\n`, "both"],
    [
      "a chunk longer than its size",
      `${ok}transfer-encoding: chunked\r\n\r\n1\r\nabc`,
      "longer than its size",
    ],
    ["an endless chunk line", `${ok}transfer-encoding: chunked\r\n\r\n1;${"x".repeat(20_000)}`, "16 KiB"],
  ])("%s", (_, text, reason) => {
    expect(read(text)).toEqual({ malformed: expect.stringContaining(reason) });
    expect(read(text, { pieceBytes: 7 })).toEqual({ malformed: expect.stringContaining(reason) });
  });
});

describe("a body", () => {
  it("has trailers, in pieces of any size", () => {
    const text = `${ok}transfer-encoding: chunked\r\n\r\n3;x="a;b"\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n`;
    for (let pieceBytes = 1; pieceBytes <= text.length; pieceBytes++) {
      expect(read(text, { pieceBytes })).toMatchObject({
        body: Buffer.from("abcde"),
        bytes: 5,
        closes: false,
      });
    }
  });

  it("of HEAD, 204 and 304 is none, whatever its length", () => {
    expect(read(`${ok}content-length: 10\r\n\r\n`, { bodyless: true })).toMatchObject({
      bytes: 0,
      closes: false,
    });
    expect(read("HTTP/1.1 304 X\r\ncontent-length: 10\r\n\r\n")).toMatchObject({ status: 304, bytes: 0 });
  });

  it("that nobody judges is counted, and only its beginning kept", () => {
    const body = "x".repeat(100_000);
    const text = `${ok}content-length: ${body.length}\r\n\r\n${body}`;
    const response = read(text, { keep: 100, pieceBytes: 1_000 });
    expect(response).toMatchObject({ bytes: 100_000, body: Buffer.from(body.slice(0, 100)) });
  });

  it("of 64 MB in pieces is read in one pass", () => {
    const reader = responseReader({ keep: "whole" });
    reader.expect(false);
    const piece = Buffer.alloc(65_536, 120);
    reader.read(Buffer.from(`${ok}content-length: ${960 * piece.length}\r\n\r\n`));
    const began = performance.now();
    let response: ReturnType<typeof reader.read>;
    for (let pieces = 0; pieces < 960; pieces++) response = reader.read(piece);
    expect(response!).toMatchObject({ bytes: 960 * piece.length });
    // Copied anew with each piece it would be 31 GB.
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it("that is too long to be judged is told for it, before it comes", () => {
    expect(read(`${ok}content-length: 99999999999\r\n\r\n`)).toEqual({
      malformed: expect.stringContaining("64 MiB"),
    });
    expect(read(`${ok}content-length: 99999999999\r\n\r\n`, { keep: 100 })).toBeUndefined();
  });
});

describe("events of a stream", () => {
  it("are what an empty line ends and has data; comments are none", () => {
    const clock = eventClock("sse");
    clock.reset();
    const parts = [
      ": hello\n\n",
      "event: ping\n\n",
      "data: a\n",
      "\n",
      ": still here\n\n",
      "da",
      "ta: b\r\n",
      "\r",
      "\n",
    ];
    for (const [at, part] of parts.entries()) clock.body(Buffer.from(part), false, at);
    expect([clock.firstMs(), clock.lastMs()]).toEqual([3, 7]);
  });

  it("are chunks where these are counted", () => {
    const clock = eventClock("chunked");
    clock.reset();
    const ends = [false, true, false, true, false];
    for (const [at, end] of ends.entries()) clock.body(Buffer.from("x"), end, at);
    expect([clock.firstMs(), clock.lastMs()]).toEqual([1, 3]);
    clock.reset();
    expect(clock.firstMs()).toBeNaN();
  });
});
