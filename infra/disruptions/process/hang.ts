import { z } from "zod";
import { ownedProcess, ownershipMark, signalOwned } from "../../host/process-ownership.ts";
import { type Disruption, subjectBase } from "../disruption.ts";
import { replicaToDisrupt, servingIn } from "../replicas.ts";

const settings = z.strictObject({ seconds: z.number().positive().max(600).default(5) });
const subject = subjectBase.extend({ workers: z.array(ownedProcess), mark: ownershipMark });

/** The process exists and its sockets are open, but it does not answer: a watch for exits sees nothing. */
export const hang: Disruption<z.infer<typeof subject>> = {
  description: "SIGSTOP of every serving process of one copy, for `seconds`",
  undoing: "SIGCONT",
  settings,
  subject,
  on: { process: choose, k3s: choose, "k3s-docker": choose },
  lastsSeconds: (given) => settings.parse(given).seconds,
  async inject({ workers, mark, subject }) {
    if (signalOwned(workers, mark, "SIGSTOP").length === 0) throw new Error(`${subject} no longer exists`);
  },
  undo: async ({ workers, mark }) => signalOwned(workers, mark, "SIGCONT").length > 0,
};

async function choose(chosen: Parameters<typeof replicaToDisrupt>[0]): Promise<z.infer<typeof subject>> {
  const copy = await replicaToDisrupt(chosen);
  const workers = servingIn(copy.processes);
  return {
    subject: `processes ${workers.map(({ pid }) => pid).join(", ")}${copy.name === "" ? "" : ` of ${copy.name}`}`,
    mechanism: "SIGSTOP",
    workers: workers.map(({ pid, startTime }) => ({ pid, startTime })),
    mark: copy.mark,
  };
}
