/** What the tests of both targets share: a runner that is killed in the middle of a disruption. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Chosen, Disruption, RouteHandle } from "../../infra/disruptions/disruption.ts";
import { disruptions } from "../../infra/disruptions/index.ts";
import { isAlive, pause, pids, statFields } from "../../infra/host/process.ts";
import type { UnderTest } from "../../infra/targets/index.ts";
import { randomStream } from "../../workloads/random/random.ts";

/** @returns once the runner is dead */
export async function killInTheMiddleOf(
  name: keyof typeof disruptions,
  { service }: Pick<UnderTest, "service">,
  url: string,
  settings: object,
): Promise<void> {
  const disruption: Disruption = disruptions[name];
  const choose = disruption.on[service.target] as (chosen: Chosen<unknown>) => Promise<object>;
  // A disruption of the path gets it from the runner.
  const means = { delay: "", loss: "", partition: "" };
  const route = disruption.route === undefined ? null : { pid: 1, startTime: "0", controlPort: 1, means };
  const subject = await choose({
    ...{ service, route, settings: disruption.settings.parse(settings) },
    random: randomStream(name, "subjects"),
  });
  const runner = spawn(
    "node",
    ["--import", "tsx", "test/live/hold-disruption.ts", name, url, JSON.stringify(subject)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const said = String((await Promise.race([once(runner.stdout, "data"), ended(runner)]))[0]);
  const path = JSON.parse(said.replace("injected ", "")) as RouteHandle | null;
  runner.kill("SIGKILL");
  await once(runner, "exit");
  while (path !== null && isAlive(path)) await pause(10);
}

/** Of this machine: "T" in /proc. What has ended meanwhile is not stopped. */
export function isStopped(pid: number): boolean {
  try {
    return statFields(pid)[0] === "T";
  } catch {
    return false;
  }
}

/** Processes of this machine that were started by a disruption: neighbours, what fills memory, paths. */
export function helpers(): readonly number[] {
  return pids().filter((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "latin1");
      const ours = readFileSync(`/proc/${pid}/environ`, "latin1").includes("TESTBED_SERVICE_TOKEN=");
      return (
        command.includes("disruptions/path/main.ts") ||
        (ours && /while \(Date\.now\(\)|Buffer\.alloc/.test(command))
      );
    } catch {
      return false;
    }
  });
}

async function ended(runner: ReturnType<typeof spawn>): Promise<never> {
  const [code] = await once(runner, "exit");
  throw new Error(`the runner ended with ${code} before it had injected`);
}
