import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { spawnDetached } from "../../host/process.ts";
import { processesOf, signalOwned } from "../../host/process-ownership.ts";
import { privateFolder } from "../../workspace/paths.ts";
import { type Disruption, subjectBase } from "../disruption.ts";
import { replicaToDisrupt } from "../replicas.ts";

const settings = z.strictObject({
  /** Number of busy processes; each uses as much CPU as the scheduler gives it. */
  neighbours: z.int().min(1).max(64).default(2),
  seconds: z.number().positive().max(600).default(5),
});

const subject = subjectBase.extend({
  neighbours: z.int(),
  /** Marks them: their pids are not known before the act. */
  token: z.string(),
  /** Seconds after which the processes end by themselves, even if the runner was killed. */
  atMostSeconds: z.number(),
});

/** Somebody else on the same cores, of ordinary priority. */
export const cpuPressure: Disruption<z.infer<typeof subject>> = {
  description: "busy processes beside the service, on the same cores, for `seconds`",
  undoing: "ends them by pid; they also end by themselves soon after",
  settings,
  subject,
  on: {
    process: choose,
    k3s: choose,
    async "k3s-docker"(chosen) {
      // On another machine than this one there would be no pressure.
      await replicaToDisrupt(chosen);
      return choose(chosen);
    },
  },
  lastsSeconds: (given) => settings.parse(given).seconds,
  async inject({ neighbours, token, atMostSeconds }) {
    const burn = `const end = Date.now() + ${atMostSeconds * 1000}; while (Date.now() < end);`;
    for (let index = 0; index < neighbours; index++) {
      await spawnDetached({
        command: [process.execPath, "-e", burn],
        cwd: "/",
        environment: {},
        logFile: join(privateFolder, "logs", "neighbour.log"),
        token,
      });
    }
  },
  async undo({ token }) {
    return signalOwned(processesOf({ token }), { token }, "SIGKILL").length > 0;
  },
};

async function choose({ settings: given }: { readonly settings: z.infer<typeof settings> }) {
  const { neighbours, seconds } = given;
  return {
    subject: `${neighbours} neighbours`,
    mechanism: "busy processes on the host",
    neighbours,
    token: randomUUID(),
    atMostSeconds: seconds + 5,
  };
}
