import { openStacks } from "../../infra/stacks.ts";
import type { CommandSpec } from "../cli.ts";
import { print, printJson } from "../print.ts";
import { terminalProgress } from "../progress.ts";
import { setUp } from "../setup.ts";
import { jsonOption } from "./options.ts";

export const upCommand: CommandSpec = {
  summary: "bring up one stack, for example process.baseline (the same as `pulumi up -s`)",
  arguments: [{ name: "<stack>", description: "<target>.<variant>" }],
  options: [
    { flags: "--model <name>", description: "which model is served; default roberta-base" },
    jsonOption,
  ],
  async run([stack = ""], options) {
    const progress = terminalProgress();
    const { toolchain } = await setUp(String(options.model ?? "roberta-base"), progress);
    const { outputs, seconds, changed } = await openStacks(toolchain).up(stack, {
      onOutput: (text) => progress.say(text.trimEnd()),
    });
    if (options.json === true) printJson({ stack, outputs, seconds, changed });
    else {
      print(`${stack} is ${changed ? "up" : "up, nothing changed"} (${seconds.toFixed(1)} s)`);
      for (const [name, value] of Object.entries(outputs)) print(`  ${name}: ${String(value)}`);
    }
  },
};
