import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { spawnDetached } from "../../host/process.ts";
import { isOwned, ownedProcess, processesOf, signalOwned } from "../../host/process-ownership.ts";
import { privateFolder } from "../../workspace/paths.ts";
import { type Chosen, type Disruption, subjectBase } from "../disruption.ts";
import { replicaToDisrupt, servingIn } from "../replicas.ts";
import type { K3sDockerService, K3sService } from "../service-under-test.ts";

const settings = z.strictObject({ seconds: z.number().positive().max(60).default(5) });
const subject = subjectBase.extend({
  /** Folder of the container's memory control group. */
  group: z.string(),
  podUid: z.string(),
  /** Those that the kernel is to choose, each with how it was inclined to before. */
  processes: z.array(ownedProcess.extend({ outOfMemoryScore: z.int() })),
  /** Marks what fills it. */
  token: z.string(),
  atMostSeconds: z.number(),
});

/** A leak: memory in the container's own group is taken until the kernel kills what it finds there. */
export const containerOom: Disruption<z.infer<typeof subject>> = {
  description: "fills the memory of one container until the kernel kills the server's processes",
  undoing: "ends the filling process by pid; the kubelet or the server restarts the killed processes",
  settings,
  subject,
  on: {
    k3s: choose,
    "k3s-docker": choose,
  },
  lastsSeconds: (given) => settings.parse(given).seconds,
  async inject({ group, podUid, processes, token, atMostSeconds, subject }) {
    if (!group.includes(podUid) && !group.includes(podUid.replaceAll("-", "_"))) {
      throw new Error(`${group} is not the control group of ${subject}`);
    }
    if (!existsSync(join(group, "cgroup.procs"))) throw new Error(`${subject} no longer exists`);
    // What fills the group is not to be chosen, and to lower a score of one's own needs a capability.
    for (const one of processes) setScore(one, podUid, mostLikely);
    await spawnDetached({
      command: [process.execPath, "-e", filler(group, atMostSeconds)],
      cwd: "/",
      environment: {},
      logFile: join(privateFolder, "logs", "memory.log"),
      token,
    });
  },
  async undo({ processes, podUid, token }) {
    for (const one of processes) setScore(one, podUid, one.outOfMemoryScore);
    return signalOwned(processesOf({ token }), { token }, "SIGKILL").length > 0;
  },
};

async function choose(
  chosen: Chosen<K3sService> | Chosen<K3sDockerService>,
): Promise<z.infer<typeof subject>> {
  const { name, mark, processes } = await replicaToDisrupt(chosen);
  if (!("podUid" in mark)) throw new Error("only pods have a control group of their own");
  const group = memoryGroupOf(servingIn(processes)[0]!.pid);
  return {
    subject: `container of pod ${name}`,
    mechanism: "allocation in the container's control group",
    ...{ group, podUid: mark.podUid },
    processes: processes
      .filter(({ role }) => role === "worker" || role === "server")
      .map(({ pid, startTime }) => ({
        ...{ pid, startTime },
        outOfMemoryScore: Number(readFileSync(scoreFile(pid), "utf8")),
      })),
    token: randomUUID(),
    atMostSeconds: chosen.settings.seconds + 5,
  };
}

/** Of the kernel's scale; see proc(5). */
const mostLikely = 1000;

/** Only of what is still the pod's. */
function setScore(one: z.infer<typeof ownedProcess>, podUid: string, score: number): void {
  if (!isOwned(one, { podUid })) return;
  try {
    writeFileSync(scoreFile(one.pid), String(score));
  } catch (error) {
    if (!["ESRCH", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

function scoreFile(pid: number): string {
  return `/proc/${pid}/oom_score_adj`;
}

/**
 * Joins the group and takes memory in steps until its time is over. A group of which it takes everything holds nothing
 * else: the kernel kills the server again and again while this goes on.
 */
function filler(group: string, atMostSeconds: number): string {
  return `
    const fs = require("node:fs");
    const end = Date.now() + ${atMostSeconds * 1000};
    fs.writeFileSync(${JSON.stringify(join(group, "cgroup.procs"))}, String(process.pid));
    const held = [];
    const step = () => {
      if (Date.now() > end) return;
      held.push(Buffer.alloc(32 << 20, 1));
      setTimeout(step, 1);
    };
    step();`;
}

/** In the hierarchy of version 1 that counts memory, or in the one of version 2. */
function memoryGroupOf(pid: number): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, "utf8").trim().split("\n");
  const first = lines.find((line) => line.split(":")[1]!.split(",").includes("memory"));
  if (first !== undefined) return join("/sys/fs/cgroup/memory", first.split(":").slice(2).join(":"));
  return join("/sys/fs/cgroup", lines.find((line) => line.startsWith("0::"))!.slice(3));
}
