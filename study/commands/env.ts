import { mkdir } from "node:fs/promises";
import { packageRoot } from "../../infra/places.ts";
import { projectFolder, provideProject } from "../../infra/project.ts";
import { pulumiEnvironment, stateFolder } from "../../infra/stacks.ts";
import { provideToolchain } from "../../infra/toolchain/index.ts";
import type { CommandSpec } from "../cli.ts";
import { print, printJson } from "../print.ts";
import { terminalProgress } from "../progress.ts";
import { jsonOption } from "./options.ts";

export const envCommand: CommandSpec = {
  options: [jsonOption],
  async run(_, options) {
    const progress = terminalProgress();
    const environment = pulumiEnvironment(await provideToolchain({ progress: progress.say }));
    // The engine does not make it by itself.
    await mkdir(stateFolder, { recursive: true });
    await provideProject();
    if (options.json === true) printJson(environment);
    else for (const [name, value] of Object.entries(environment)) print(`export ${name}=${quoted(value)}`);
    if (options.json !== true && projectFolder !== packageRoot)
      print(`# pulumi --cwd ${quoted(projectFolder)} up -s process.baseline`);
  },
};

function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
