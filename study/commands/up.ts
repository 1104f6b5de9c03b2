import { openStacks } from "../../infra/stacks.ts";
import type { CommandSpec } from "../cli.ts";
import { print, printJson } from "../print.ts";
import { terminalProgress } from "../progress.ts";
import { setUp } from "../setup.ts";
import { knownStack } from "../stack-name.ts";
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
    const address = knownStack(stack);
    const model = String(options.model ?? "roberta-base");
    const { toolchain } = await setUp(model, progress, {
      target: address.target,
      variants: address.layer === "serving" ? [address.variant] : [],
    });
    const { secretOutputs, seconds, changed, ...result } = await openStacks(toolchain).up(stack, {
      model,
      onOutput: (text) => progress.say(text.trimEnd()),
    });
    const outputs = Object.fromEntries(
      Object.entries(result.outputs).map(([name, value]) => [
        name,
        secretOutputs.includes(name) ? "[secret]" : value,
      ]),
    );
    if (options.json === true) printJson({ stack, outputs, seconds, changed });
    else {
      print(`${stack} is ${changed ? "up" : "up, nothing changed"} (${seconds.toFixed(1)} s)`);
      for (const [name, value] of Object.entries(outputs)) print(`  ${name}: ${String(value)}`);
    }
  },
};
