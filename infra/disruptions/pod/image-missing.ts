import { z } from "zod";
import { ownedProcess, ownershipMark, signalOwned } from "../../host/process-ownership.ts";
import { type Chosen, type Disruption, subjectBase } from "../disruption.ts";
import { readyPods } from "../kubernetes-api.ts";
import { replicaToDisrupt } from "../replicas.ts";
import type { K3sDockerService, K3sService } from "../service-under-test.ts";
import { imageStore, images, namesIn, storeIsThere, storeOf } from "./image-store.ts";

const settings = z.strictObject({ seconds: z.number().positive().max(600).default(10) });

const subject = subjectBase.extend({
  store: imageStore,
  /** The names of the image, which are removed and later restored. */
  names: z.array(z.string()).min(1),
  /** The name that keeps its content meanwhile. */
  kept: z.string(),
  processes: z.array(ownedProcess),
  mark: ownershipMark,
});
type Subject = z.infer<typeof subject>;

/** A registry that is away when a node has to pull, or a clean-up of images that went too far. */
export const imageMissing: Disruption<Subject> = {
  description: "removes the image's names from the node's store and kills one server, for `seconds`",
  undoing: "restores the names; the kubelet starts the container at its next try",
  settings,
  subject,
  on: { k3s: choose, "k3s-docker": choose },
  lastsSeconds: (given) => settings.parse(given).seconds,
  async inject({ store, names, kept, processes, mark, subject }) {
    await images(store, ["tag", names[0]!, kept]);
    await images(store, ["rm", "--sync", ...names]);
    if (signalOwned(processes, mark, "SIGKILL").length === 0) throw new Error(`${subject}: no longer exists`);
  },
  async undo({ store, names, kept }) {
    if (!(await storeIsThere(store))) return false;
    const there = await namesIn(store);
    if (!there.includes(kept)) return false;
    for (const name of names) if (!there.includes(name)) await images(store, ["tag", kept, name]);
    await images(store, ["rm", "--sync", kept]);
    return true;
  },
  endsContainers: true,
};

async function choose(chosen: Chosen<K3sService> | Chosen<K3sDockerService>): Promise<Subject> {
  const { service } = chosen;
  const { name: podName, mark, processes } = await replicaToDisrupt(chosen);
  const pod = (await readyPods(service)).find(({ metadata }) => metadata?.name === podName);
  const reference = pod?.spec?.containers[0]?.image ?? "";
  const store = await storeOf(service, pod?.spec?.nodeName);
  const [repository = ""] = reference.split(/[@:]sha256|:/);
  const names = (await namesIn(store)).filter(
    (one) => one.startsWith(`${repository}:`) || one.startsWith(`${repository}@`),
  );
  if (!names.includes(reference)) throw new Error(`the node's store has no ${reference}`);
  return {
    subject: `image ${reference} and the server of pod ${podName}`,
    mechanism: "names removed from the image store, SIGKILL",
    store,
    names,
    kept: `testbed.local/kept:${podName}`,
    processes: processes.map(({ pid, startTime }) => ({ pid, startTime })),
    mark,
  };
}
