import { z } from "zod";
import { ownedProcess, ownershipMark, signalOwned } from "../../host/process-ownership.ts";
import { type Disruption, subjectBase } from "../disruption.ts";
import { replicaToDisrupt } from "../replicas.ts";

const subject = subjectBase.extend({ worker: ownedProcess, mark: ownershipMark });

/** The effect of the out-of-memory killer, or of a crash in native code. */
export const workerKill: Disruption<z.infer<typeof subject>> = {
  description: "SIGKILL of one serving worker; its server keeps running",
  undoing: "not needed: the server starts another worker",
  needsWorkers: true,
  settings: z.strictObject({}),
  subject,
  on: { process: choose, k3s: choose, "k3s-docker": choose },
  lastsSeconds: () => 0,
  async inject({ worker, mark, subject }) {
    if (signalOwned([worker], mark, "SIGKILL").length === 0) throw new Error(`${subject} no longer exists`);
  },
  undo: async () => false,
};

async function choose(chosen: Parameters<typeof replicaToDisrupt>[0]): Promise<z.infer<typeof subject>> {
  const copy = await replicaToDisrupt(chosen);
  const workers = copy.processes.filter(({ role }) => role === "worker");
  if (workers.length === 0) throw new Error(`${chosen.service.name} has no running serving worker`);
  const { pid, startTime } = workers[chosen.random.index(workers.length)]!;
  return {
    subject: `worker ${pid}${copy.name === "" ? "" : ` of ${copy.name}`}`,
    mechanism: "SIGKILL",
    worker: { pid, startTime },
    mark: copy.mark,
  };
}
