import { mkdir } from "node:fs/promises";
import { pulumiEnvironment, stateFolder } from "../../infra/engine/stacks.ts";
import { provideToolchain } from "../../infra/toolchain/index.ts";
import { packageRoot } from "../../infra/workspace/paths.ts";
import { projectFolder, provideProject } from "../../infra/workspace/project.ts";
import { jsonOption } from "../options/options.ts";
import { print, printJson } from "../terminal/print.ts";
import { terminalProgress } from "../terminal/progress.ts";
import type { CommandSpec } from "./command.ts";

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
