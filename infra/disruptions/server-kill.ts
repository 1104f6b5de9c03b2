import { readFileSync, readlinkSync } from "node:fs";
import { z } from "zod";
import { spawnDetached, tokenVariable } from "../plugin/process.ts";
import { register } from "../plugin/registry.ts";
import { type Disruption, subjectBase } from "./disruption.ts";
import { commandOf, ownedProcess, processesOf, signalOwned } from "./owned.ts";

const settings = z.strictObject({
  /** Until somebody starts the server by hand, where no supervisor does: our assumption, and no property of a system. */
  byHandAfterSeconds: z.number().positive().max(3600).default(15),
});

const subject = subjectBase.extend({
  processes: z.array(ownedProcess),
  supervised: z.boolean(),
  /** As it was started, for the start by hand. */
  name: z.string(),
  token: z.string(),
  command: z.array(z.string()),
  cwd: z.string(),
  environment: z.record(z.string(), z.string()),
  logFile: z.string(),
});

/** A container that ends: under plain Docker somebody has to start it again, unless a supervisor does. */
export const serverKill: Disruption<z.infer<typeof subject>> = {
  description: "SIGKILL of the whole server, all processes at once, but not of a supervisor around it",
  undoing:
    "the supervisor of a supervised variant starts it; else it is started by hand after `byHandAfterSeconds`",
  settings,
  subject,
  on: {
    async process({ service: { name, token, logFile, supervised } }) {
      const processes = processesOf({ token }).filter(({ role }) => role !== "supervisor");
      const server = processes.find(({ role }) => role === "server");
      if (server === undefined) throw new Error(`${name} has no server process at this moment`);
      return {
        subject: `server ${server.pid} and ${processes.length - 1} more`,
        mechanism: supervised ? "SIGKILL, supervised" : "SIGKILL, then by hand",
        processes: processes.map(({ pid, startTime }) => ({ pid, startTime })),
        ...{ name, token, logFile, supervised },
        command: commandOf(server.pid),
        cwd: readlinkSync(`/proc/${server.pid}/cwd`),
        environment: environmentOf(server.pid),
      };
    },
  },
  lastsSeconds: (given) => settings.parse(given).byHandAfterSeconds,
  async inject({ processes, token, subject }) {
    if (signalOwned(processes, { token }, "SIGKILL").length === 0)
      throw new Error(`${subject} is gone already`);
  },
  async undo({ supervised, name, token, logFile, ...started }) {
    if (supervised || processesOf({ token }).length > 0) return false;
    const id = await spawnDetached({ ...started, logFile, token, keepLog: true });
    register({ name, ...id, token, logFile });
    return true;
  },
  endsWithService: true,
};

function environmentOf(pid: number): Record<string, string> {
  const entries = readFileSync(`/proc/${pid}/environ`, "utf8")
    .split("\0")
    .filter((line) => line.includes("=") && !line.startsWith(`${tokenVariable}=`))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
  return Object.fromEntries(entries);
}
