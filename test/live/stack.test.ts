/** One stack on the real engine: what `testbed up` does and what `pulumi` typed by hand does is the same thing. */
import { existsSync, readFileSync } from "node:fs";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stackLocks } from "../../infra/engine/stack-locks.ts";
import { stateFolder } from "../../infra/engine/stacks.ts";
import { registered } from "../../infra/host/started-services.ts";

const stack = "process.onnx-int8";
const testbed = (...args: string[]) =>
  execa("node", ["--import", "tsx", "study/main.ts", ...args], { reject: false });
const json = async (...args: string[]) => JSON.parse((await testbed(...args, "--json")).stdout);

describe("a serving stack", () => {
  let environment: Record<string, string>;
  const pulumi = (...args: string[]) =>
    execa("pulumi", [...args, "--stack", stack, "--non-interactive", "--color", "never"], {
      env: environment,
      reject: false,
    });
  const classify = (url: string, body: string) =>
    fetch(`${url}/classify`, { method: "POST", body, headers: { "content-type": "application/json" } });

  beforeAll(async () => {
    const set = await testbed("setup", "--model", "tiny");
    expect(set.exitCode, set.stderr).toBe(0);
    environment = await json("env");
    // Without it `pulumi stack init` fails in a checkout that has had no stack yet.
    expect(existsSync(stateFolder)).toBe(true);
  });
  afterAll(async () => {
    await testbed("down", stack);
    expect(registered().filter(({ name }) => name === stack)).toEqual([]);
  });

  /** Waits until the service is being started. @returns the pid of the engine that does it */
  async function engineAtWork(): Promise<number> {
    for (;;) {
      const [lock] = stackLocks(`file://${stateFolder}`, stack);
      if (lock !== undefined && registered().some(({ name }) => name === stack)) return lock.pid;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The engine has a session of its own, with all that it starts; services have left it. */
  async function inSessionOf(engine: number): Promise<readonly string[]> {
    const { stdout } = await execa("ps", ["-eo", "sess=,pid=,args="]);
    return stdout.split("\n").filter((line) => line.trim().startsWith(`${engine} `));
  }

  let url = "";
  it("comes up with `testbed up`, answers, and says that its model is synthetic", async () => {
    const { outputs, changed } = await json("up", stack, "--model", "tiny");
    expect(changed).toBe(true);
    url = outputs.url;
    const answer = await classify(url, JSON.stringify({ texts: ["I love it.", "It broke."] }));
    expect(answer.status).toBe(200);
    const { results, model } = (await answer.json()) as {
      results: { label: string; scores: Record<string, number> }[];
      model: unknown;
    };
    expect(results).toHaveLength(2);
    expect(model).toMatchObject({ name: "tiny", synthetic: true, runtime: "onnx-int8" });
    const sum = Object.values(results[0]!.scores).reduce((total, score) => total + score, 0);
    expect(sum).toBeCloseTo(1, 4);
  });

  it.each([
    ["no texts", '{"texts":[]}'],
    ["an empty text", '{"texts":["  "]}'],
    ["a text that is not one", '{"texts":[7]}'],
    ["an unknown key", '{"texts":["a"],"model":"b"}'],
    ["something that is not JSON", "texts=a"],
    ["too many texts", JSON.stringify({ texts: Array(33).fill("a") })],
    ["a text too long", JSON.stringify({ texts: ["a".repeat(2001)] })],
  ])("answers %s with 400", async (_, body) => {
    expect((await classify(url, body)).status).toBe(400);
  });

  it("has its model in the stack's configuration, where `pulumi up` by hand finds it", async () => {
    expect((await pulumi("config", "get", "model")).stdout).toBe("tiny");
  });

  it("is left as it is by a second up, by hand or not", async () => {
    expect(await json("up", stack)).toMatchObject({ changed: false });
    expect(await json("up", stack, "--model", "tiny")).toMatchObject({ changed: false });
    const byHand = await pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    expect(byHand.exitCode, byHand.stdout).toBe(0);
    expect((await pulumi("preview", "--expect-no-changes")).exitCode).toBe(0);
  });

  it("that died is seen by refresh and restored by up", async () => {
    const [service] = registered().filter(({ name }) => name === stack);
    process.kill(service!.pid, "SIGKILL");
    expect((await pulumi("refresh", "--yes")).exitCode).toBe(0);
    expect((await pulumi("preview", "--expect-no-changes")).exitCode).not.toBe(0);
    expect((await pulumi("up", "--yes", "--skip-preview")).exitCode).toBe(0);
    const restored = (await pulumi("stack", "output", "url")).stdout.trim();
    expect((await classify(restored, '{"texts":["Awake?"]}')).status).toBe(200);
  });

  it("whose engine is killed leaves no process of the engine's once the next up has gone on", async () => {
    await testbed("down", stack);
    const first = testbed("up", stack, "--model", "tiny");
    const engine = await engineAtWork();
    process.kill(engine, "SIGKILL");
    expect((await first).exitCode).toBe(4);
    expect(await json("up", stack, "--model", "tiny")).toMatchObject({ changed: true });
    await expect.poll(() => inSessionOf(engine), { timeout: 120_000 }).toEqual([]);
  });

  it("goes down, is gone, and going down again is no error", async () => {
    const [service] = registered().filter(({ name }) => name === stack);
    for (const _ of ["first", "second"]) {
      const down = await testbed("down", stack);
      expect(down.exitCode, down.stderr).toBe(0);
    }
    expect(registered().filter(({ name }) => name === stack)).toEqual([]);
    expect(() => readFileSync(`/proc/${service!.pid}/stat`)).toThrow();
  });

  it("that nobody knows is refused before anything is begun", async () => {
    const unknown = await testbed("up", "process.nothing");
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toMatch(/variant.*nothing/);
    expect(unknown.stderr).not.toMatch(/Set-up|^\s+at /m);
  });

  it("that cannot start says so with the end of its log, without a stack trace, and leaves nothing", async () => {
    const given = { env: environment };
    await execa("pulumi", ["stack", "select", "--create", stack, "--non-interactive"], given);
    const broken = await execa(
      "pulumi",
      [
        "up",
        "--yes",
        "--skip-preview",
        "--config",
        "model=no-such-model",
        "--stack",
        stack,
        "--non-interactive",
      ],
      { ...given, reject: false },
    );
    expect(broken.exitCode).not.toBe(0);
    expect(broken.stdout).toMatch(/npx testbed setup --model no-such-model/);
    expect(registered().filter(({ name }) => name === stack)).toEqual([]);
  });
});
