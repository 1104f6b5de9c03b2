import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { ctrOptions, socketOf } from "../plugin/containerd.ts";
import { registered } from "../plugin/registry.ts";
import { copyToTouch } from "./copies.ts";
import { type Disruption, subjectBase } from "./disruption.ts";
import { readyPods } from "./kubernetes.ts";
import { ownedProcess, ownershipMark, signalOwned } from "./owned.ts";

const run = promisify(execFile);
const settings = z.strictObject({ seconds: z.number().positive().max(600).default(10) });

const subject = subjectBase.extend({
  ctr: z.string(),
  /** Of the node's container runtime, as this machine sees it. */
  socket: z.string(),
  /** The image's names, which are taken away. */
  names: z.array(z.string()).min(1),
  /** The name that keeps its content meanwhile. */
  kept: z.string(),
  processes: z.array(ownedProcess),
  mark: ownershipMark,
});
type Subject = z.infer<typeof subject>;

/** A registry that is away when a node has to pull, or a clean-up of images that went too far. */
export const imageMissing: Disruption<Subject> = {
  description: "takes the image's names out of the node's store and kills one server, for `seconds`",
  undoing: "the names are put back; the kubelet starts the container at its next try",
  settings,
  subject,
  on: {
    async k3s(chosen) {
      const { service } = chosen;
      const { name: podName, mark, processes } = await copyToTouch(chosen);
      const pod = (await readyPods(service)).find(({ metadata }) => metadata?.name === podName);
      const reference = pod?.spec?.containers[0]?.image ?? "";
      const node = registered().find(
        ({ traces }) => traces !== undefined && service.kubeconfig.startsWith(`${traces.stateFolder}/`),
      );
      if (node === undefined) throw new Error("the node is none of this checkout's");
      const { findK3s } = await import("../toolchain/k3s.ts");
      const store = {
        ctr: join((await findK3s())?.tools ?? "", "ctr"),
        socket: socketOf(node.pid),
      };
      const [repository = ""] = reference.split(/[@:]sha256|:/);
      const names = (await namesIn(store)).filter(
        (one) => one.startsWith(`${repository}:`) || one.startsWith(`${repository}@`),
      );
      if (!names.includes(reference)) throw new Error(`the node's store has no ${reference}`);
      return {
        subject: `image ${reference} and the server of pod ${podName}`,
        mechanism: "names removed from the image store, SIGKILL",
        ...store,
        names,
        kept: `testbed.local/kept:${podName}`,
        processes: processes.map(({ pid, startTime }) => ({ pid, startTime })),
        mark,
      };
    },
  },
  lastsSeconds: (given) => settings.parse(given).seconds,
  async inject(subject) {
    await ctr(subject, ["tag", subject.names[0]!, subject.kept]);
    await ctr(subject, ["rm", "--sync", ...subject.names]);
    if (signalOwned(subject.processes, subject.mark, "SIGKILL").length === 0) {
      throw new Error(`${subject.subject}: gone already`);
    }
  },
  async undo(subject) {
    if (!existsSync(subject.socket)) return false;
    const there = await namesIn(subject);
    if (!there.includes(subject.kept)) return false;
    for (const name of subject.names)
      if (!there.includes(name)) await ctr(subject, ["tag", subject.kept, name]);
    await ctr(subject, ["rm", "--sync", subject.kept]);
    return true;
  },
};

async function namesIn(store: Pick<Subject, "ctr" | "socket">): Promise<readonly string[]> {
  return (await ctr(store, ["ls", "--quiet"])).split("\n");
}

async function ctr(
  { ctr: command, socket }: Pick<Subject, "ctr" | "socket">,
  args: readonly string[],
): Promise<string> {
  const { stdout } = await run(command, [...ctrOptions(socket), "images", ...args], {
    timeout: 30_000,
  });
  return stdout;
}
