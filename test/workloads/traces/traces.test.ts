import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { between, instantOf } from "../../../workloads/traces/instant.ts";
import { type RecordedTrace, readTraceFile, type TraceQuestion } from "../../../workloads/traces/read.ts";
import { storeTrace, traceOf, traceText } from "../../../workloads/traces/trace-store.ts";

const folder = await mkdtemp(join(tmpdir(), "traces-"));
let files = 0;

async function fileOf(text: string): Promise<string> {
  const path = join(folder, `trace-${files++}`);
  await writeFile(path, text);
  return path;
}

async function read(text: string, question: Partial<TraceQuestion> = {}): Promise<RecordedTrace> {
  const { trace, problems } = readTraceFile({ file: await fileOf(text), ...question });
  expect(problems).toEqual([]);
  return trace!;
}

async function refusal(text: string, question: Partial<TraceQuestion> = {}): Promise<string> {
  const { trace, problems } = readTraceFile({ file: await fileOf(text), ...question });
  expect(trace).toBeUndefined();
  return problems.map(({ expected, got }) => `expected ${expected}; got ${got}`).join("\n");
}

describe("traces in the forms that they are published in", () => {
  it.each<[string, string, number[], RegExp]>([
    [
      "BurstGPT",
      "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n" +
        "5,1,2.5,ChatGPT,472,18,490,Conversation log\n45,2,1,GPT-4,1087,230,1317,API log\n118,3,1,ChatGPT,417,276,693,API log\n",
      [0, 40, 113],
      /BurstGPT.*column "Timestamp" as numbers in s, 3 instants/,
    ],
    [
      "Azure 2023, dates without a zone and seven decimals",
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n",
      [0, 4.314579],
      /Azure LLM.*as dates/,
    ],
    [
      "Azure 2024, dates with a zone, over midnight",
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 23:59:59.5+00:00,2162,5\n2024-05-11 02:00:00.000930+02:00,2399,6\n",
      [0, 0.50093],
      /Azure LLM/,
    ],
    [
      "Azure Functions, which tells ends and durations",
      "app,func,end_timestamp,duration\na,f,10.0,9.0\nb,g,11.5,0.5\nc,h,12.0,10.0\n",
      // Starts 1.0, 11.0 and 2.0.
      [0, 1, 10],
      /Azure Functions.*less duration/,
    ],
    [
      "Mooncake, JSON lines in ms",
      '{"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47]}\n' +
        '{"timestamp": 30535, "input_length": 6472, "output_length": 26, "hash_ids": [46]}\n',
      [0, 3.053],
      /Mooncake.*numbers in ms/,
    ],
  ])("%s", async (_, text, seconds, understood) => {
    const trace = await read(text);
    expect([...trace.seconds]).toEqual(seconds);
    expect(trace.understood).toMatch(understood);
  });
});

describe("traces as people have them", () => {
  it.each<[string, string, Partial<TraceQuestion>, number[]]>([
    ["a heading behind an index", "request_id,timestamp,tokens\n1000,0.5,12\n1001,0.75,12\n", {}, [0, 0.25]],
    ["a heading between others", "idx,arrival_time,model\n0,3,a\n1,4.5,a\n", {}, [0, 1.5]],
    ["the column that was asked for", "a;b\n1;5\n2;9\n", { column: "b" }, [0, 4]],
    ["the column by number, without a heading", "0,7,x\n1,9,x\n", { column: 2 }, [0, 2]],
    ["no heading, one column", "5\n5.5\n7", {}, [0, 0.5, 2]],
    ["no heading, instants first", "0.5,12\n0.75,13\n2.25,4\n", {}, [0, 0.25, 1.75]],
    ["semicolons and decimal commas", "timestamp;tokens\n0,5;12\n0,75;12\n", {}, [0, 0.25]],
    ["decimal commas below a single heading", "timestamp\n0,500\n0,750\n", {}, [0, 0.25]],
    ["ends of line of Windows, a byte order mark, empty rows", "\ufefftime\r\n1\r\n\r\n3\r\n", {}, [0, 2]],
    ["quotes with separators and ends of line in them", 'prompt,ts\n"a, ""b""\nc",1\n"x",3\n', {}, [0, 2]],
    ["ms in the heading", "arrival_ms\n10\n260\n", {}, [0, 0.25]],
    ["ms since 1970", "t\n1700000000000\n1700000000250\n", {}, [0, 0.25]],
    [
      "ns since 1970, of which a double has lost the last digits",
      "t\n1700000000000000001\n1700000000000000004\n",
      {},
      [0, 3e-9],
    ],
    ["the unit that was asked for", "t\n1\n3\n", { unit: "ms" }, [0, 0.002]],
    [
      "JSON lines with dates",
      '{"id":1,"ts":"2024-01-01T00:00:00Z"}\n{"id":2,"ts":"2024-01-01T00:00:01.5Z"}\n',
      {},
      [0, 1.5],
    ],
  ])("%s", async (_, text, question, seconds) => {
    expect([...(await read(text, question)).seconds]).toEqual(seconds);
  });

  it.each<[string, string, Partial<TraceQuestion>, RegExp]>([
    [
      "two columns of instants",
      "start_time,request_time\n1,2\n2,3\n",
      {},
      /one column of instants; `column` names it; got either of start_time, request_time/,
    ],
    ["headings without an instant", "request_id,tokens\n1,2\n2,3\n", {}, /none among request_id, tokens/],
    [
      "a first column that counts, without a heading",
      "0,0.7\n1,0.9\n2,4.1\n",
      {},
      /a heading, or a `column`; got a first column that counts/,
    ],
    [
      "two whole numbers without a heading",
      "12,345\n15,1\n19,7\n",
      {},
      /a heading, or a `column`; got two whole numbers/,
    ],
    ["a column that is not there", "ts\n1\n2\n", { column: "time" }, /a column time; got ts/],
    [
      "another form than was asked for",
      "ts\n1\n2\n",
      { form: "burstgpt" },
      /the form burstgpt, with timestamp/,
    ],
    ["a JSON array", "[1, 2]", {}, /one JSON object per line; got a JSON array/],
    ["a row that goes back", "t\n3\n2\n", {}, /ascending order; got 2 after a later one/],
    ["a date of another form", "t\n16/11/2023 18:15\n17/11/2023 18:15\n", {}, /a number or a time such as/],
    ["thousands with commas", "time,n\n1,2\nx,3\n", {}, /a number or a time/],
    ["gzip", "\u001f\u008b", {}, /./],
  ])("refuses %s, and says what to do", async (_, text, question, message) => {
    expect(await refusal(text, question)).toMatch(message);
  });

  it("tells gzip, a folder and a file of zeros for what they are", async () => {
    const file = await fileOf("");
    await writeFile(file, Buffer.from([0x1f, 0x8b, 8, 0]));
    expect(readTraceFile({ file }).problems[0]?.got).toContain("gzip");
    expect(readTraceFile({ file: folder }).problems[0]?.got).toBe("a folder");
    await writeFile(file, "");
    await truncate(file, 600 * 2 ** 20);
    expect(readTraceFile({ file }).problems[0]?.got).toBe("a file with zero bytes");
    await rm(file);
    expect(readTraceFile({ file }).problems[0]?.got).toBe("ENOENT");
  });

  it("reads a pipe, once, as often as it is asked for", async () => {
    const pipe = join(folder, "pipe");
    await new Promise((done) => spawn("mkfifo", [pipe]).on("close", done));
    const writer = spawn("sh", ["-c", `printf 'ts\\n1\\n1.5\\n4\\n' > ${pipe}`]);
    for (let time = 0; time < 2; time++) {
      expect([...traceOf({ file: pipe }).held!.seconds]).toEqual([0, 0.5, 3]);
    }
    writer.kill();
  });
});

it("an instant is read as it was written: number with a point or a comma, date in any zone", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e12, max: 1e12 }),
      fc.integer({ min: 0, max: 999_999 }),
      fc.integer({ min: -14 * 60, max: 14 * 60 }),
      (whole, micros, zone) => {
        const decimals = String(micros).padStart(6, "0");
        const start = instantOf(`${whole}`, false)!;
        for (const [text, comma] of [
          [`${whole}.${decimals}`, false],
          [`${whole},${decimals}`, true],
        ] as const) {
          const sign = Object.is(Math.sign(whole), -0) || whole < 0 ? -1 : 1;
          expect(Math.abs(between(start, instantOf(text, comma)!) - (sign * micros) / 1e6)).toBeLessThan(
            2e-4,
          );
        }
        const ms = Date.UTC(2023, 0, 1) + Math.abs(whole % 1e10);
        const clock = (at: number) => new Date(at).toISOString().slice(0, 19).replace("T", " ");
        const sign = zone < 0 ? "-" : "+";
        const offset = `${String(Math.floor(Math.abs(zone) / 60)).padStart(2, "0")}:${String(Math.abs(zone) % 60).padStart(2, "0")}`;
        const utc = instantOf(`${clock(ms)}.${decimals}Z`, false)!;
        const there = instantOf(`${clock(ms + zone * 60_000)}.${decimals}${sign}${offset}`, false)!;
        expect(between(utc, there)).toBe(0);
      },
    ),
    { seed: 28, numRuns: 500 },
  );
});

it("no text at all is an error but a trace or its problems", async () => {
  const file = await fileOf("");
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom(...'0123456789.,;\t\n\r"{}:-TZ eats') }),
      async (text) => {
        await writeFile(file, text);
        const { trace, problems } = readTraceFile({ file });
        expect(trace === undefined).toBe(problems.length > 0);
        for (const [index, at] of (trace?.seconds ?? new Float64Array()).entries()) {
          expect(at).toBeGreaterThanOrEqual(index === 0 ? 0 : trace!.seconds[index - 1]!);
        }
      },
    ),
    { seed: 28, numRuns: 1000 },
  );
});

it("what is kept of a trace gives the same instants and the same digest again, whatever its span", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0, max: 3e7, noNaN: true }), { minLength: 2, maxLength: 20 }),
      async (instants) => {
        const sorted = [...instants].sort((a, b) => a - b);
        const { trace } = readTraceFile({ file: await fileOf(`ts\n${sorted.join("\n")}\n`) });
        if (trace === undefined) return;
        const held = storeTrace(trace);
        const kept = await fileOf([...traceText(held.seconds)].join(""));
        const again = storeTrace(readTraceFile({ file: kept, form: "plain", unit: "s" }).trace!);
        expect(again.digest).toBe(held.digest);
        expect(again.seconds).toEqual(held.seconds);
        expect((await readFile(kept, "utf8")).startsWith("seconds\n0.000000000\n")).toBe(true);
      },
    ),
    { seed: 28, numRuns: 60 },
  );
});

it("a digest names one trace: a file that was replaced is refused, and said to be another", async () => {
  const file = await fileOf("ts\n0\n1\n5\n");
  const { digest } = traceOf({ file }).held!;
  expect(traceOf({ file: join(folder, "moved"), digest }).held?.digest).toBe(digest);
  const other = await fileOf("ts\n0\n2\n");
  const absent = `sha256:${"0".repeat(64)}`;
  expect(traceOf({ file: other, digest: absent }).problems[0]).toMatchObject({
    path: other,
    expected: expect.stringContaining(absent),
  });
});
