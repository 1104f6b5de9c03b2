import { readFileSync, readlinkSync } from "node:fs";
import { z } from "zod";
import { type ProcessId, spawnDetached, tokenVariable } from "../../host/process.ts";
import {
  commandOf,
  ownedProcess,
  ownershipMark,
  processesOf,
  signalOwned,
} from "../../host/process-ownership.ts";
import { register } from "../../host/started-services.ts";
import { type Chosen, type Disruption, subjectBase } from "../disruption.ts";
import { replicaToDisrupt } from "../replicas.ts";
import type { K3sDockerService, K3sService } from "../service-under-test.ts";

const settings = z.strictObject({
  /**
   * Seconds until a person would restart the server where no supervisor does: an assumption of the study, not a
   * property of any system.
   */
  byHandAfterSeconds: z.number().positive().max(3600).default(15),
});

const subject = subjectBase.extend({
  processes: z.array(ownedProcess),
  mark: ownershipMark,
  /** As it was started, for a start by hand; null where something starts it again. */
  byHand: z
    .strictObject({
      name: z.string(),
      token: z.string(),
      command: z.array(z.string()),
      cwd: z.string(),
      environment: z.record(z.string(), z.string()),
      /** Name of the runner's own variable with the value, by the service's name: such values are not written down. */
      fromRunner: z.record(z.string(), z.string()).default({}),
      logFile: z.string(),
    })
    .nullable(),
});

/** A container that ends: under plain Docker a person has to start it again, unless a supervisor does. */
export const serverKill: Disruption<z.infer<typeof subject>> = {
  description: "SIGKILL of all processes of the server at once, except a supervisor",
  undoing:
    "the supervisor of a supervised variant starts it; otherwise the runner does after `byHandAfterSeconds`",
  settings,
  subject,
  on: {
    async process({ service: { name, token, logFile, supervised } }) {
      const mark = { token };
      const processes = processesOf(mark).filter(({ role }) => role !== "supervisor");
      const server = processes.find(({ role }) => role === "server");
      if (server === undefined) throw new Error(`${name} has no running server process`);
      return {
        subject: `server ${server.pid} and ${processes.length - 1} more`,
        mechanism: supervised ? "SIGKILL, supervised" : "SIGKILL, started again by hand",
        processes: idsOf(processes),
        mark,
        byHand: supervised
          ? null
          : {
              ...{ name, token, logFile },
              command: commandOf(server.pid),
              cwd: readlinkSync(`/proc/${server.pid}/cwd`),
              ...environmentOf(server.pid),
            },
      };
    },
    k3s: serverOfPod,
    "k3s-docker": serverOfPod,
  },
  lastsSeconds: (given) => settings.parse(given).byHandAfterSeconds,
  async inject({ processes, mark, subject }) {
    if (signalOwned(processes, mark, "SIGKILL").length === 0) throw new Error(`${subject}: no longer exists`);
  },
  async undo({ byHand }) {
    if (byHand === null || processesOf({ token: byHand.token }).length > 0) return false;
    const { name, token, logFile, fromRunner } = byHand;
    const inherited = Object.entries(fromRunner).flatMap(([own, one]) => {
      const value = process.env[one];
      return value === undefined ? [] : [[own, value]];
    });
    const environment = { ...byHand.environment, ...Object.fromEntries(inherited) };
    const id = await spawnDetached({ ...byHand, environment, keepLog: true });
    register({ name, ...id, token, logFile });
    return true;
  },
  endsWithService: true,
  endsContainers: true,
};

async function serverOfPod(
  chosen: Chosen<K3sService> | Chosen<K3sDockerService>,
): Promise<z.infer<typeof subject>> {
  const { name, mark, processes } = await replicaToDisrupt(chosen);
  const ofServer = processes.filter(({ role }) => role === "server" || role === "worker");
  return {
    subject: `server of pod ${name}: ${ofServer.length} processes`,
    mechanism: "SIGKILL, supervised by the kubelet",
    processes: idsOf(ofServer),
    mark,
    byHand: null,
  };
}

function idsOf(processes: readonly ProcessId[]): ProcessId[] {
  return processes.map(({ pid, startTime }) => ({ pid, startTime }));
}

/** Its start command; variables from the runner's environment are recorded by name only, since they may be secret. */
function environmentOf(pid: number): {
  readonly environment: Record<string, string>;
  readonly fromRunner: Record<string, string>;
} {
  const entries = readFileSync(`/proc/${pid}/environ`, "utf8")
    .split("\0")
    .filter((line) => line.includes("=") && !line.startsWith(`${tokenVariable}=`))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
  const runners = ([name, value]: readonly [string, string]) =>
    process.env[name] === value
      ? name
      : Object.keys(process.env).find((one) => value.length >= leastSecret && process.env[one] === value);
  return {
    environment: Object.fromEntries(entries.filter((one) => runners(one) === undefined)),
    fromRunner: Object.fromEntries(
      entries.flatMap((one) => {
        const name = runners(one);
        return name === undefined ? [] : [[one[0], name]];
      }),
    ),
  };
}

/** Characters; what is shorter is the same by chance. */
const leastSecret = 8;
