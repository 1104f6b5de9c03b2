import { TestbedError } from "../../errors/errors.ts";
import { openStacks, type Stacks, stateFolder } from "../../infra/engine/stacks.ts";
import { mayHoldStacks } from "../../infra/engine/state-files.ts";
import { removeLeftoverFolders } from "../../infra/host/leftover-folders.ts";
import { registered, stopRegistered } from "../../infra/host/started-services.ts";
import { removeDockerLeftovers } from "../../infra/targets/kubernetes/docker-leftovers.ts";
import { provideToolchain } from "../../infra/toolchain/index.ts";
import { undoLeftovers } from "../session/leftover-disruptions.ts";
import { enterWorkspace, removeDeadLock } from "../session/lock.ts";
import { knownStack } from "../spec/stack-name.ts";
import { interruptSignal } from "../terminal/interrupt.ts";
import { print } from "../terminal/print.ts";
import { type Progress, terminalProgress } from "../terminal/progress.ts";
import type { CommandSpec } from "./command.ts";

export const downCommand: CommandSpec = {
  arguments: [{ name: "[stack]", description: "<target>.<variant>" }],
  options: [
    { flags: "--all", description: "every stack of this workspace, and the leftovers of killed runs" },
  ],
  async run([stack], options) {
    if ((stack === undefined) === (options.all !== true)) {
      throw new TestbedError("badInput", "down takes a stack's name or --all", {
        hint: "`testbed down --all` is safe to repeat.",
      });
    }
    enterWorkspace("down");
    const progress = terminalProgress();
    // A half-done teardown is the one thing worth waiting for.
    const { release } = interruptSignal(() => progress.say("Still tearing down; please wait."));
    try {
      await takeDown(stack, progress);
    } finally {
      release();
    }
  },
};

async function takeDown(stack: string | undefined, progress: Progress): Promise<void> {
  // Before the stacks go: a stopped process does not hear that it is to end.
  const failWhereLeft = await undoLeftovers(print, stack);
  // Without a stack there is nothing for an engine to do, and none is built for it.
  const isEmpty = process.env.PULUMI_BACKEND_URL === undefined && !mayHoldStacks(stateFolder);
  if (!isEmpty) await takeStacksDown(stack, progress);
  else if (stack !== undefined) {
    await knownStack(stack);
    print(`${stack} is down`);
  }
  if (stack === undefined) {
    await stopOrphans();
    removeDeadLock();
  }
  for (const path of removeLeftoverFolders())
    print(`removed ${path}, which a killed command had left behind`);
  failWhereLeft();
  if (stack === undefined) print("nothing is up");
}

async function takeStacksDown(stack: string | undefined, progress: Progress): Promise<void> {
  const stacks = openStacks(await provideToolchain({ progress: progress.say }));
  for (const name of stack === undefined ? await stacks.list() : [await existingOrKnown(stack, stacks)]) {
    await stacks.cancel(name);
    await stacks.destroy(name, { onOutput: (text) => progress.live(text.trimEnd()) });
    progress.end();
    print(`${name} is down`);
  }
}

async function stopOrphans(): Promise<void> {
  for (const orphan of registered()) {
    await stopRegistered(orphan);
    print(`stopped process ${orphan.pid}, which a killed run had left behind (${orphan.name})`);
  }
  for (const name of await removeDockerLeftovers())
    print(`removed ${name}, which a killed run had left behind`);
}

/** A stack of a variant that is no longer in the catalog can still be taken down; a misspelt name is an error. */
async function existingOrKnown(name: string, stacks: Stacks): Promise<string> {
  try {
    await knownStack(name);
  } catch (error) {
    if (!(await stacks.list()).includes(name)) throw error;
  }
  return name;
}
