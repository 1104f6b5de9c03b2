/** A workspace of its own for chaos: a service with a worker, a short study, and the commands that are disturbed in it. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { markVariable } from "./processes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const stack = "process.chaotic.baseline";

/** Starts its worker again when it ends, as supervisors do. */
const server = `import { fork } from "node:child_process";
import { createServer } from "node:http";
const [, , port, role] = process.argv;
if (role === "main") {
  let worker;
  const start = () => { worker = fork(process.argv[1], [port, "worker"]).once("exit", () => setTimeout(start, 50)); };
  start();
  const end = () => { worker.removeAllListeners("exit"); worker.kill(); process.exit(0); };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, end);
} else {
  process.on("disconnect", () => process.exit(0));
  createServer((request, response) => {
    const answer = () => response.setHeader("content-type", "application/json").end('{"ok":true}');
    request.resume().on("end", () => setTimeout(answer, Number(process.env.PAUSE_MS)));
  }).listen(Number(port), "127.0.0.1");
}
`;

const service = {
  name: "chaotic",
  description: "answers at once, or after a pause",
  run: { kind: "command", command: ["node", "server.mjs", "{port}", "main"] },
  settings: {
    size: { type: "integer", default: 1, to: { environment: "SIZE" } },
    pauseMs: { type: "integer", default: 0, to: { environment: "PAUSE_MS" } },
  },
  variants: { baseline: {}, other: { size: 2 } },
  ask: { path: "/", payload: { file: "asked.jsonl" } },
  judge: { json: [{ pointer: "/ok", exists: true }] },
};

/** Two candidates of at most a thousand requests per second, with probes as short as they may be. */
export const tuneArguments = [
  ...["baseline", "--service", "chaotic.json", "--space", '{"pauseMs":[80,120]}', "--slo-p99-ms", "400"],
  ...["--seconds", "1", "--most-seconds", "1", "--tolerance", "0.5"],
] as const;

const steady = {
  name: "steady",
  description: "Poisson",
  arrival: { kind: "exponential" },
  rate: { perSecond: 30 },
  durationSeconds: 1,
};

const study = {
  name: "chaos",
  description: "short, to be disturbed",
  service: "./chaotic.json",
  baseline: "baseline",
  variants: ["other"],
  scenarios: [steady],
  blocks: 1,
  aa: false,
  slo: { responseMs: 200 },
  calibrationSeconds: 1,
  underpowered: "warn",
};

export type Workspace = Awaited<ReturnType<typeof makeWorkspace>>;
export type Running = ReturnType<Workspace["testbed"]>;

export async function makeWorkspace() {
  const folder = await mkdtemp(join(tmpdir(), "chaos-"));
  /** Of every process that it starts. */
  const mark = folder;
  /** Its TMPDIR. */
  const temporary = join(folder, "temporary");
  await mkdir(temporary);
  await writeFile(join(folder, "server.mjs"), server);
  await writeFile(join(folder, "chaotic.json"), JSON.stringify(service));
  await writeFile(join(folder, "chaos.json"), JSON.stringify(study));
  await writeFile(join(folder, "asked.jsonl"), '{"n":1}\n');
  const env = {
    TESTBED_AIRGAP: "1",
    TESTBED_WORKSPACE: folder,
    TMPDIR: temporary,
    [markVariable]: mark,
    // A test runner's own ways of Node are not a user's.
    NODE_OPTIONS: "",
  };
  const start = (command: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    // In a session of its own: it hears of nothing that is not sent to it alone.
    execa(command, args, { cwd: folder, env: { ...env, ...more }, reject: false, all: true, detached: true });
  const testbed = (...args: readonly string[]) =>
    start(process.execPath, [join(root, "study", "testbed.js"), ...args]);
  return {
    ...{ folder, mark, temporary, testbed },
    /** As it is typed by hand. */
    async pulumi(...args: readonly string[]) {
      const project = join(folder, ".testbed", "project");
      const asked = JSON.parse((await testbed("env", "--json")).stdout) as Record<string, string>;
      // Not the promise itself, which would be waited for.
      return {
        running: start("pulumi", ["--cwd", project, ...args, "--non-interactive", "--color", "never"], asked),
      };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
