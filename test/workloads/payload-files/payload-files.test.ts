/** A user's own files as payloads. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { TestbedError } from "../../../errors/errors.ts";
import { openPayloadFile } from "../../../workloads/payload-files/index.ts";
import type { PayloadFileSpec } from "../../../workloads/payload-files/spec.ts";
import { compileTemplate } from "../../../workloads/payload-files/template.ts";

const root = mkdtempSync(join(tmpdir(), "payload-files-"));
let folder: string;
let next = 0;
beforeEach(() => {
  folder = join(root, String(next++));
  mkdirSync(folder);
});
afterAll(() => rmSync(root, { recursive: true }));

const open = (spec: PayloadFileSpec, anywhere = false) => openPayloadFile(spec, { folder, anywhere });
function write(file: string, content: string | Buffer): string {
  writeFileSync(join(folder, file), content);
  return file;
}
async function bodies(spec: PayloadFileSpec): Promise<string[]> {
  const { count, request, close } = await open(spec);
  const all = Array.from({ length: count }, (_, index) => Buffer.from(request(index).body).toString());
  close();
  return all;
}
async function problems(spec: PayloadFileSpec): Promise<string[]> {
  const error = await open(spec).then(
    () => undefined,
    (reason: TestbedError) => reason,
  );
  expect(error?.kind).toBe("badInput");
  return error!.problems.map(({ path, expected, got }) => `${path}: ${expected} / ${got}`);
}

const template = '{"texts":["{{text}}"]}';
const rows = [
  { text: 'He said "no", twice', label: "negative" },
  { text: "Zwei\nZeilen \u{1f600}", label: "neutral" },
];
const filled = rows.map(({ text }) => JSON.stringify({ texts: [text] }));

describe("JSON lines", () => {
  it("are bodies as they stand, empty lines and a byte order mark left out", async () => {
    const file = write("a.jsonl", '\ufeff{"a": 1}\r\n\n["b"]\n{"body":1,"other":2}');
    expect(await bodies({ file })).toEqual(['{"a": 1}', '["b"]', '{"body":1,"other":2}']);
  });

  it("or requests with their own path, method and headers", async () => {
    const file = write(
      "a.jsonl",
      '{"body":{"a":1},"path":"/v2","method":"PUT","headers":{"X-A":"1"}}\n{"body":"as it is"}\n{"path":"/get","method":"GET"}\n',
    );
    const { request, count } = await open({ file });
    expect(count).toBe(3);
    expect(request(0)).toEqual({
      body: Buffer.from('{"a":1}'),
      path: "/v2",
      method: "PUT",
      headers: [["x-a", "1"]],
    });
    expect(request(1)).toEqual({ body: Buffer.from("as it is") });
    expect(request(2)).toEqual({ body: Buffer.alloc(0), path: "/get", method: "GET" });
  });

  it("or rows of a template, with the right answer in one column", async () => {
    const file = write("a.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
    expect(await bodies({ file, template })).toEqual(filled);
    const { expected } = await open({ file, template, expected: "label" });
    expect([expected!(0), expected!(1)]).toEqual(["negative", "neutral"]);
  });

  it("that are wrong are named by their line, all of them", async () => {
    const good = '{"texts":["x"]}\n';
    const file = write("a.jsonl", `${good.repeat(16)}{"texts":[\n${good}{"path":"no slash"}\n`);
    expect(await problems({ file })).toEqual([
      'a.jsonl, line 17: JSON / {"texts":[',
      expect.stringMatching(/^a\.jsonl, line 19: path: a path that begins with \/.* \/ "no slash"$/),
    ]);
  });

  it("without a column of the template say which they have", async () => {
    const file = write("a.jsonl", '{"body_text":"x","id":1}\n');
    expect(await problems({ file, template })).toEqual([
      "a.jsonl, line 1: a value for {{text}} / only body_text, id",
    ]);
  });
});

describe("tables", () => {
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
  const csv = `text,label\r\n${rows.map(({ text, label }) => `${quoted(text)},${label}`).join("\r\n")}\r\n`;

  it("of CSV keep quotes, commas and line breaks of a value", async () => {
    const file = write("a.csv", `\ufeff${csv}`);
    expect(await bodies({ file, template })).toEqual(filled);
    const { expected, sizes } = await open({ file, template, expected: "label" });
    expect(expected!(1)).toBe("neutral");
    const lengths = filled.map((body) => Buffer.byteLength(body));
    expect(sizes).toMatchObject({ least: Math.min(...lengths), most: Math.max(...lengths) });
  });

  it("of TSV know no quotes", async () => {
    const file = write("a.tsv", 'id\ttext\n1\t"half a quote\n2\tmore, text\n');
    expect(await bodies({ file, template })).toEqual([
      '{"texts":["\\"half a quote"]}',
      '{"texts":["more, text"]}',
    ]);
  });

  it("of Parquet keep their types", async () => {
    const path = join(folder, "a.parquet");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(
      `COPY (SELECT * FROM (VALUES ('a "b"', 1.5, [1,2]), ('c', 2.0, [3])) t(text, n, l)) TO '${path}' (FORMAT parquet)`,
    );
    expect(await bodies({ file: "a.parquet", template: '{"t":"{{text}}","n":{{n}},"l":{{l}}}' })).toEqual([
      '{"t":"a \\"b\\"","n":1.5,"l":[1,2]}',
      '{"t":"c","n":2,"l":[3]}',
    ]);
    write("cut.parquet", "PAR1 and nothing more");
    expect(await problems({ file: "cut.parquet", template })).toEqual([
      expect.stringMatching(/^cut\.parquet: a complete Parquet file/),
    ]);
  });

  it("say which columns they have where the template or the right answer names another", async () => {
    const file = write("a.csv", csv);
    const among = "a column of the payload: text, label";
    expect(await problems({ file, template: '{"x":"{{txt}}"}', expected: "class" })).toEqual([
      `payload.expected: ${among} / class`,
      `payload.template: ${among} / {{txt}}`,
    ]);
    expect(await problems({ file, template: "{}" })).toEqual([
      `payload.template: ${among} / no {{column}} at all`,
    ]);
    expect(await problems({ file })).toEqual([
      "payload.template: a body with a {{column}}, of text, label / none",
    ]);
  });

  it("with a broken record name its line", async () => {
    const file = write("a.csv", `text,label\n${"a,b\n".repeat(15)}a,b,c\na,b\n\nlast\n`);
    expect(await problems({ file, template })).toEqual([
      "a.csv, line 17: 2 columns / 3: a | b | c",
      "a.csv, line 20: 2 columns / 1: last",
    ]);
    const open = write("b.csv", 'text,label\na,b\n"never ends,b\n');
    expect(await problems({ file: open, template })).toEqual([
      expect.stringMatching(/^b\.csv, line \d: a record of a table \//),
    ]);
  });

  it("with a value that is no JSON outside the template's quotes name it", async () => {
    const file = write("a.csv", "n\n1.5\ntrue\nlots\n");
    expect(await problems({ file, template: '{"n":{{n}}}' })).toEqual([
      "a.csv, line 4: JSON for {{n}}, which is outside quotes in the template / lots",
    ]);
  });
});

it("a template's value is the same JSON text after the template, whatever it holds", () => {
  const { fill } = compileTemplate('{"a\\"b":"x{{v}}y","n":{{n}}}');
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.json(), (v, n) => {
      expect(JSON.parse(fill({ v, n }).toString())).toEqual({
        'a"b': `x${Buffer.from(v).toString()}y`,
        n: JSON.parse(n),
      });
    }),
  );
});

it("text is a body a line, or the template's {{text}}", async () => {
  const file = write("a.txt", 'Fine.\n\nSay "no".\n');
  expect(await bodies({ file })).toEqual(["Fine.", 'Say "no".']);
  expect(await bodies({ file, template })).toEqual(['{"texts":["Fine."]}', '{"texts":["Say \\"no\\"."]}']);
  expect(await problems({ file, template: "{{txt}}" })).toEqual([
    "payload.template: a column of the payload: text / {{txt}}",
  ]);
});

describe("a folder", () => {
  it("is a body a file by name, with the type of its ending; hidden files and links are none", async () => {
    mkdirSync(join(folder, "images/cats"), { recursive: true });
    write("images/b.PNG", Buffer.from([0x89, 0, 0xff]));
    write("images/a.bin", Buffer.from([1]));
    write("images/cats/c.jpeg", Buffer.from([2]));
    write("images/.DS_Store", "x");
    write("secret.txt", "secret");
    symlinkSync(join(folder, "secret.txt"), join(folder, "images/link.txt"));
    const { count, request } = await open({ file: "images" });
    expect(Array.from({ length: count }, (_, index) => request(index))).toEqual([
      { body: Buffer.from([1]), contentType: "application/octet-stream" },
      { body: Buffer.from([0x89, 0, 0xff]), contentType: "image/png" },
      { body: Buffer.from([2]), contentType: "image/jpeg" },
    ]);
  });
});

it("vegeta's targets are requests with their path and headers", async () => {
  const body = Buffer.from('{"a":1}').toString("base64");
  const file = write(
    "targets.json",
    `{"method":"POST","url":"http://old:8080/v1/embed?x=1","body":"${body}","header":{"X-A":["1","2"],"Host":["old"]}}\n{"method":"GET","url":"http://old/"}\n`,
  );
  const { request } = await open({ file, format: "vegeta-json" });
  expect(request(0)).toEqual({
    method: "POST",
    path: "/v1/embed?x=1",
    body: Buffer.from('{"a":1}'),
    headers: [["x-a", "1, 2"]],
  });
  expect(request(1)).toMatchObject({ method: "GET", path: "/" });
  write("bad.json", '{"method":"POST","url":"ftp://x","body":"?"}\n');
  expect(await problems({ file: "bad.json", format: "vegeta-json" })).toEqual([
    expect.stringMatching(/^bad\.json, line 1: url/),
    expect.stringMatching(/^bad\.json, line 1: body/),
  ]);
});

describe("what a service file names", () => {
  it.each(["../outside.jsonl", "/etc/hostname", "link.jsonl", ".."])(
    "stays in its folder: not %s",
    async (file) => {
      writeFileSync(join(root, "outside.jsonl"), "{}\n");
      symlinkSync(join(root, "outside.jsonl"), join(folder, "link.jsonl"));
      expect(await problems({ file, format: file === ".." ? "folder" : "jsonl" })).toEqual([
        expect.stringMatching(/^payload\.file: a file below /),
      ]);
    },
  );

  it("is anywhere where the user says so on the command line", async () => {
    writeFileSync(join(root, "outside.jsonl"), "{}\n");
    expect((await open({ file: join(root, "outside.jsonl") }, true)).count).toBe(1);
  });

  it.each([
    [{ file: "no.jsonl" }, /an existing file or folder/],
    [{ file: "a.unknown" }, /one of jsonl, text, csv/],
    [{ file: "a.unknown", format: "folder" as const }, /what folder is/],
    [{ file: "empty.jsonl" }, /at least one request/],
  ])("%j is told for what it is", async (spec, message) => {
    write("a.unknown", "x");
    write("empty.jsonl", "\n\n");
    expect((await problems(spec)).join()).toMatch(message);
  });
});

it("the digest is of what is sent", async () => {
  const file = write("a.jsonl", '{"text":"a"}\n');
  const { digest } = await open({ file });
  expect((await open({ file, template })).digest).not.toBe(digest);
  expect((await open({ file, source: "here", licence: "MIT" })).digest).toBe(digest);
  write("a.jsonl", '{"text":"b"}\n');
  expect((await open({ file })).digest).not.toBe(digest);
});

it("a million lines are indexed, not held", async () => {
  const line = `${JSON.stringify({ texts: ["x".repeat(120)] })}\n`;
  const file = write("large.jsonl", line.repeat(200_000));
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const { count, request, close } = await open({ file });
  const grown = process.memoryUsage().rss - before;
  expect(count).toBe(200_000);
  expect(Buffer.from(request(199_999).body).toString()).toBe(line.trim());
  close();
  // 27 MB of lines; an index of 24 bytes each, and what parsing leaves to collect.
  expect(count * 24).toBeLessThan(5e6);
  expect(grown).toBeLessThan(300e6);
});
