/** A service that none of us wrote a client for, from a folder outside the checkout: the example of docs/services.md, as it stands. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const token = "a-token-that-must-not-turn-up";
let folder: string;
const servers: ChildProcess[] = [];

function testbed(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return execa(process.execPath, [join(root, "study", "testbed.js"), ...args], {
    cwd: folder,
    env: { TESTBED_AIRGAP: "1", ...environment },
    reject: false,
    all: true,
    timeout: 400_000,
  });
}

async function filesHolding(text: string, at = folder): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(at, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "own-service-"));
  const document = await readFile(join(root, "docs", "services.md"), "utf8");
  for (const [, name, text] of document.matchAll(/^```\w+ file=(\S+)\n(.*?)^```/gms)) {
    await writeFile(join(folder, name!), text!);
  }
});

afterAll(async () => {
  for (const server of servers) server.kill();
  await testbed(["down", "--all"]);
});

describe("the example of docs/services.md", () => {
  it("is measured end to end as a process, by one command", async () => {
    const { exitCode, all } = await testbed(["study", "study.ts", "--blocks", "1", "--seconds", "2"]);
    // One block reaches no alpha: the study says so and refuses, unless it is told not to.
    expect(exitCode, all).toBe(2);
    const text = await readFile(join(folder, "study.ts"), "utf8");
    await writeFile(
      join(folder, "short.ts"),
      text.replace("blocks: 8,", 'blocks: 1, aa: false, calibrationSeconds: 2, underpowered: "warn",'),
    );
    const run = await testbed(["study", "short.ts", "--seconds", "2", "--json"]);
    expect(run.exitCode, run.all).toBe(0);
    const { directory, trials } = JSON.parse(run.stdout);
    expect(directory.startsWith(folder)).toBe(true);
    expect(
      trials.map(({ variant, status }: { variant: string; status: string }) => [variant, status]),
    ).toEqual(
      expect.arrayContaining([
        ["baseline", "finished"],
        ["quick", "finished"],
        ["workms-20", "finished"],
      ]),
    );
    const report = await readFile(join(directory, "report.md"), "utf8");
    expect(report).toContain("doubles a number");
    expect(report).not.toMatch(/label-agreement|Comparison with the paper|RoBERTa/);
    const verified = await testbed(["verify", directory]);
    expect(verified.exitCode, verified.all).toBe(0);
    const again = await testbed(["plan", join(directory, "plan.json")]);
    expect(again.exitCode, again.all).toBe(0);
  }, 600_000);

  it("says whether its variants answer alike", async () => {
    const { exitCode, all } = await testbed(["quality", "quick", "--service", "doubler.ts"]);
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/largest difference\s+0\s+0/);
  }, 300_000);

  it("that ends, never listens or answers wrongly is one error with its last words, and nothing is left", async () => {
    const broken = async (change: object) => {
      await writeFile(
        join(folder, "broken.json"),
        JSON.stringify({
          name: "broken",
          run: { kind: "command", command: ["node", "server.mjs", "{port}"] },
          startSeconds: 4,
          ask: { path: "/predict", payload: { file: "numbers.jsonl" } },
          ...change,
        }),
      );
      return testbed(["up", "process.broken.baseline", "--service", "broken.json"]);
    };
    const ends = await broken({
      run: {
        kind: "command",
        command: ["node", "-e", "console.log('no model here'); process.exit(3)", "{port}"],
      },
    });
    expect(ends.exitCode, ends.all).toBe(4);
    expect(ends.all).toMatch(/ended before it was ready/);
    expect(ends.all).toContain("no model here");
    const silent = await broken({
      run: { kind: "command", command: ["node", "-e", "setInterval(() => {}, 1000)", "{port}"] },
    });
    expect(silent.all).toMatch(/was not ready after 4 s: nothing listens at 127\.0\.0\.1/);
    expect(silent.all).toContain("(it wrote nothing)");
    const wrong = await broken({
      startSeconds: 20,
      judge: { json: [{ pointer: "/results", exists: true }] },
    });
    expect(wrong.all).toMatch(
      /answers, but its answers are not as expected: POST \/predict: \/results is missing/,
    );
    expect(wrong.all).toContain('{"predictions":[2]}');
  }, 500_000);
});

describe("services that run already", () => {
  /** Somebody else may take the free port first: then the server ends, and another port is tried. */
  async function serve(workMs: number): Promise<number> {
    for (let attempt = 1; attempt <= 5; attempt++) {
      const port = await freePort();
      const server = spawn(process.execPath, ["server.mjs", String(port)], {
        cwd: folder,
        env: { ...process.env, WORK_MS: String(workMs) },
      });
      servers.push(server);
      while (server.exitCode === null) {
        const asked = { method: "POST", body: '{"n":1}' };
        const answer = await fetch(`http://127.0.0.1:${port}/`, asked).catch(() => null);
        if (answer !== null && server.exitCode === null) return port;
        await new Promise((done) => setTimeout(done, 50));
      }
    }
    throw new Error("the server of docs/services.md ended five times before it answered");
  }

  async function freePort(): Promise<number> {
    const probe = createServer();
    await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
    const { port } = probe.address() as AddressInfo;
    await new Promise((done) => probe.close(done));
    return port;
  }

  it("are compared by URL; a token goes with every request and is in no file", async () => {
    const old = await serve(5);
    let received = 0;
    const counting = createHttpServer((request, answer) => {
      received++;
      request.resume().on("end", () => answer.end('{"predictions":[0]}'));
    }).listen(0, "127.0.0.1");
    await new Promise((done) => counting.once("listening", done));
    const quick = (counting.address() as AddressInfo).port;
    const service = {
      name: "two-urls",
      run: { kind: "url" },
      settings: { url: { type: "string", default: `http://127.0.0.1:${old}`, to: "url" } },
      variants: { old: {}, new: { url: `http://127.0.0.1:${quick}` } },
      ask: {
        path: "/predict",
        headers: {
          "content-type": "application/json",
          authorization: { environment: "OWN_TOKEN", prefix: "Bearer " },
        },
        payload: { file: "numbers.jsonl" },
      },
      judge: { json: [{ pointer: "/predictions/0", exists: true }] },
    };
    await writeFile(join(folder, "two-urls.json"), JSON.stringify(service));
    const study = {
      name: "urls",
      description: "old against new",
      service: "./two-urls.json",
      baseline: "old",
      variants: ["new"],
      scenarios: [
        {
          name: "steady",
          description: "Poisson",
          arrival: { kind: "exponential" },
          rate: { perSecond: 40 },
          durationSeconds: 2,
        },
      ],
      blocks: 1,
      aa: false,
      slo: { responseMs: 200 },
      calibrationSeconds: 2,
      underpowered: "warn",
    };
    await writeFile(join(folder, "urls.json"), JSON.stringify(study));
    const bare = await testbed(["study", "urls.json"]);
    expect(bare.exitCode, bare.all).toBe(2);
    expect(bare.all).toMatch(/OWN_TOKEN.*not set/s);
    const run = await testbed(["study", "urls.json"], { OWN_TOKEN: token });
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).toContain("2 of 2 trials finished");
    expect(await filesHolding(token)).toEqual([]);
    // 3 s at 40/s, and the first request twice; a loop that goes as fast as it can sends more in a second.
    expect(run.all).toContain("Not calibrated");
    expect(received).toBeLessThan(200);
    counting.close();

    const judge = { json: [{ pointer: "/results", exists: true }] };
    await writeFile(join(folder, "stranger.json"), JSON.stringify({ ...service, name: "stranger", judge }));
    const stranger = await testbed(
      ["load", `http://127.0.0.1:${old}`, "--seconds", "1", "--service", "stranger.json"],
      { OWN_TOKEN: token },
    );
    expect(stranger.exitCode).toBe(5);
    expect(stranger.stdout.split("\n")[0]).toContain("NO REQUEST SUCCEEDED");
    expect(stranger.all).toMatch(/\d+ wrong-answer 200/);
    expect(stranger.all).toContain("/results is missing");
  }, 500_000);
});
