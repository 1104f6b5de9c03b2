/** The managed process on a real one: a few lines of Node that behave like a model server, well or badly. */
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { isAlive, marked, startTimeOf } from "../../../../../infra/host/process.ts";
import { registered } from "../../../../../infra/host/started-services.ts";
import {
  createService,
  deleteService,
  type ServiceInputs,
  type ServiceState,
} from "../../../../../infra/plugin/kinds/process/service.ts";
import { testbedProvider } from "../../../../../infra/plugin/provider.ts";

const urn = "urn:pulumi:process.x::serving-testbed::testbed:process:Service::x";
const running: ServiceState[] = [];
afterEach(async () => {
  for (const state of running.splice(0)) await deleteService(state);
});

describe("a service as a managed process", () => {
  it("is up when the model answered, not when the port is open", async () => {
    const state = await up({ readyAfterMs: 300, answersAfterMs: 600 });
    expect(state.readySeconds).toBeGreaterThan(0.6);
    expect((await fetch(`${state.url}/classify`, { method: "POST", body: "{}" })).status).toBe(200);
    expect(state.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it("that listens at the loopback address of IPv6 alone is found and asked there", async () => {
    const state = await up({ host: "::1" });
    expect(state.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(`${state.url}/classify`, { method: "POST", body: "{}" })).status).toBe(200);
  });

  it("that listens at another port than the one it was given is told both", async () => {
    const inputs = { ...(await inputsFor({ ownPort: true })), startTimeoutSeconds: 1.5 };
    await expect(createService(inputs, never())).rejects.toThrow(
      /nothing listens at 127\.0\.0\.1:(\d+); it listens at port (?!\1)\d+ and not at \{port\}[\s\S]*listening/,
    );
  });

  it("logs to its file", async () => {
    const state = await up({});
    expect(readFileSync(state.logFile, "utf8")).toContain("listening");
  });

  it("is known while it runs, and forgotten with all its children when it is deleted", async () => {
    const state = await up({ child: true });
    expect(registered().map(({ token }) => token)).toContain(state.token);
    expect(marked(state.token).length).toBe(2);
    await deleteService(state);
    expect(marked(state.token)).toEqual([]);
    expect(isAlive(state)).toBe(false);
    expect(registered().map(({ token }) => token)).not.toContain(state.token);
    await deleteService(state);
  });

  it("finishes what is in flight before it stops", async () => {
    const state = await up({ answerMs: 400 }, { drainSeconds: 15 });
    const answer = fetch(`${state.url}/classify`, { method: "POST", body: "{}" });
    // The first question in the log is the probe's.
    while (readFileSync(state.logFile, "utf8").split("question").length < 3) await new Promise(setImmediate);
    await deleteService(state);
    expect((await answer).status).toBe(200);
  });

  it("that ends before it is ready fails with the end of its log, and leaves nothing", async () => {
    const inputs = await inputsFor({ crash: true });
    await expect(createService(inputs, never())).rejects.toThrow(
      /ended before it was ready[\s\S]*out of memory/,
    );
    expect(registered().filter(({ name }) => name === inputs.name)).toEqual([]);
  });

  it("that never answers is stopped at its limit", async () => {
    const inputs = { ...(await inputsFor({ readyAfterMs: 1e9 })), startTimeoutSeconds: 0.4 };
    await expect(createService(inputs, never())).rejects.toThrow(/not ready after 0.4 s/);
    expect(registered().filter(({ name }) => name === inputs.name)).toEqual([]);
  });

  it("that is not ready after seconds tells why, once for each reason", async () => {
    const told: string[] = [];
    const inputs = await inputsFor({ readyAfterMs: 3_600 });
    running.push(await createService(inputs, never(), (why) => told.push(why)));
    expect(told).toEqual(["/ready is answered with status 503"]);
  });

  it("is stopped where the engine is interrupted while it starts", async () => {
    const abort = new AbortController();
    const inputs = await inputsFor({ readyAfterMs: 1e9 });
    const starting = createService(inputs, abort.signal);
    while (!registered().some(({ name }) => name === inputs.name)) await new Promise(setImmediate);
    abort.abort(new Error("interrupted"));
    await expect(starting).rejects.toThrow("interrupted");
    expect(registered().filter(({ name }) => name === inputs.name)).toEqual([]);
  });

  it("is never taken for another process with its pid", async () => {
    const own = startTimeOf(process.pid)!;
    expect(isAlive({ pid: process.pid, startTime: own })).toBe(true);
    expect(isAlive({ pid: process.pid, startTime: `${own}1` })).toBe(false);
    // Deleting a service whose pid now is ours must not signal us.
    const inputs = await inputsFor({});
    await deleteService({
      ...inputs,
      pid: process.pid,
      startTime: `${own}1`,
      token: "0123456789abcdef-gone",
      port: 1,
      url: "http://127.0.0.1:1",
      readySeconds: 0,
    });
  });
});

describe("the provider", () => {
  const provider = testbedProvider();

  it("lists what is wrong with the inputs", async () => {
    const inputs = { ...(await inputsFor({})), command: [], drainSeconds: -1 };
    const { failures } = await provider.check!(urn, {}, inputs);
    expect(failures?.map(({ property }) => property).sort()).toEqual(["command", "drainSeconds"]);
  });

  it("sees no difference in equal inputs, and replaces on any other, the old one first", async () => {
    const state = await up({});
    const { pid, startTime, token, port, url, readySeconds, ...inputs } = state;
    expect(await provider.diff!("id", urn, state, inputs)).toMatchObject({ changes: false });
    expect(await provider.diff!("id", urn, state, { ...inputs, modelDigest: "other" })).toMatchObject({
      changes: true,
      replaces: ["modelDigest"],
      deleteBeforeReplace: true,
    });
  });

  it("reads a living service as it is, and a dead one as gone", async () => {
    const state = await up({});
    expect(await provider.read!("id", urn, state)).toMatchObject({ id: "id" });
    await deleteService(state);
    expect(await provider.read!("id", urn, state)).toMatchObject({ id: "" });
  });

  it("stops the workers that outlived a killed supervisor when it finds the service gone", async () => {
    const state = await up({ child: true });
    process.kill(state.pid, "SIGKILL");
    while (isAlive(state)) await new Promise(setImmediate);
    expect(marked(state.token).length).toBe(1);
    expect(await provider.read!("id", urn, state)).toMatchObject({ id: "" });
    expect(marked(state.token)).toEqual([]);
  });
});

interface Behaviour {
  readonly host?: string;
  /** Any but the one that it is given. */
  readonly ownPort?: boolean;
  readonly readyAfterMs?: number;
  readonly answersAfterMs?: number;
  readonly answerMs?: number;
  readonly child?: boolean;
  readonly crash?: boolean;
}

async function up(behaviour: Behaviour, given: Partial<ServiceInputs> = {}): Promise<ServiceState> {
  const state = await createService({ ...(await inputsFor(behaviour)), ...given }, never());
  running.push(state);
  return state;
}

async function inputsFor(behaviour: Behaviour): Promise<ServiceInputs> {
  const folder = await mkdtemp(join(tmpdir(), "service-"));
  const script = join(folder, "server.mjs");
  if (!existsSync(script)) await writeFile(script, source);
  return {
    name: `test.${folder.split("-").at(-1)!.toLowerCase()}`,
    command: [process.execPath, script, "{port}", JSON.stringify(behaviour)],
    cwd: folder,
    environment: { PATH: process.env.PATH ?? "" },
    readyPath: "/ready",
    environmentFrom: {},
    inheritEnvironment: false,
    probe: {
      method: "POST",
      path: "/classify",
      headers: { "content-type": "application/json" },
      body: Buffer.from("{}").toString("base64"),
      judge: {},
    },
    logFile: join(folder, "log"),
    startTimeoutSeconds: 20,
    drainSeconds: 1,
    contentDigest: "sha256:test",
  };
}

const source = `
import { spawn } from "node:child_process";
import { createServer } from "node:http";
const [port, text] = process.argv.slice(2);
const { host = "127.0.0.1", ownPort, readyAfterMs = 0, answersAfterMs = 0, answerMs = 0, child, crash } = JSON.parse(text);
if (crash) { console.log("out of memory"); process.exit(3); }
if (child) spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore", detached: true });
const began = performance.now();
const after = (ms) => performance.now() - began >= ms;
const server = createServer((request, answer) => {
  const ok = request.url === "/ready" ? after(readyAfterMs) : after(answersAfterMs);
  if (ok && request.url === "/classify" && answerMs) console.log("question");
  setTimeout(() => answer.writeHead(ok ? 200 : 503).end(), ok && request.url === "/classify" ? answerMs : 0);
});
server.listen(ownPort ? 0 : Number(port), host, () => console.log("listening"));
process.on("SIGTERM", () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;

function never(): AbortSignal {
  return new AbortController().signal;
}
