/** The command line, generated from the record of commands. A command's modules are imported only when it is named. */
import { Command, Option } from "commander";
import { exitCodes } from "../errors/errors.ts";
import packageJson from "../package.json" with { type: "json" };
import type { CommandSpec } from "./commands/command.ts";
import { commands } from "./commands/index.ts";

/** @param words of the command line: the commands among them get their arguments and options, the others their summary alone */
export async function buildProgram(words: readonly string[]): Promise<Command> {
  const program = new Command("testbed")
    .description("Provision serving variants, load them exactly, compare them soundly, tear everything down.")
    .version(packageJson.version)
    .showHelpAfterError("(testbed <command> --help shows what it takes)")
    .addHelpText("after", `\nExit codes: ${exitCodeText()}`)
    .exitOverride();
  for (const [name, { summary, spec }] of Object.entries(commands)) {
    const command = program.command(name).description(summary).exitOverride();
    if (words.includes(name)) addTo(command, await spec());
  }
  return program;
}

function addTo(command: Command, spec: CommandSpec): void {
  for (const argument of spec.arguments ?? []) command.argument(argument.name, argument.description);
  for (const option of spec.options ?? []) {
    const built = new Option(option.flags, option.description);
    if (option.choices !== undefined) built.choices(option.choices);
    if (option.repeats === true)
      built.argParser((value: string, before: readonly string[] = []) => [...before, value]);
    command.addOption(built);
  }
  // commander calls back with each argument, then the options, then the command itself.
  command.action((...received: unknown[]) =>
    spec.run(received.slice(0, -2) as (string | undefined)[], received.at(-2) as Record<string, unknown>),
  );
}

function exitCodeText(): string {
  return Object.entries(exitCodes)
    .map(([kind, code]) => `${code} ${kind}`)
    .join(", ");
}
