import { TestbedError } from "../../errors.ts";
import { registered, stopRegistered } from "../../infra/plugin/registry.ts";
import { openStacks } from "../../infra/stacks.ts";
import { provideToolchain } from "../../infra/toolchain/index.ts";
import type { CommandSpec } from "../cli.ts";
import { print } from "../print.ts";
import { terminalProgress } from "../progress.ts";

export const downCommand: CommandSpec = {
  summary: "take a stack down; with --all everything this checkout has up, killed runs' leftovers too",
  arguments: [{ name: "[stack]", description: "<target>.<variant>" }],
  options: [{ flags: "--all", description: "every stack and every orphan of this checkout" }],
  async run([stack], options) {
    if ((stack === undefined) === (options.all !== true)) {
      throw new TestbedError("badInput", "down takes a stack's name or --all", {
        hint: "`testbed down --all` is safe to repeat.",
      });
    }
    const progress = terminalProgress();
    const stacks = openStacks(await provideToolchain({ progress: progress.say }));
    for (const name of stack === undefined ? await stacks.list() : [stack]) {
      await stacks.cancel(name);
      await stacks.destroy(name, { onOutput: (text) => progress.live(text.trimEnd()) });
      progress.end();
      print(`${name} is down`);
    }
    if (stack !== undefined) return;
    for (const orphan of registered()) {
      await stopRegistered(orphan);
      print(`stopped process ${orphan.pid}, which a killed run had left (${orphan.name})`);
    }
    print("nothing is up");
  },
};
