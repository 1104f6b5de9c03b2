import { doctor } from "../../infra/toolchain/index.ts";
import { jsonOption } from "../options/options.ts";
import { print, printJson, table } from "../terminal/print.ts";
import type { CommandSpec } from "./command.ts";

export const doctorCommand: CommandSpec = {
  options: [jsonOption],
  async run(_, options) {
    const lines = await doctor();
    if (options.json === true) {
      printJson(lines);
      return;
    }
    print(
      table([
        ["part", "found", "version", "origin"],
        ...lines.map(({ part, found, version, origin }) => [part, found ? "yes" : "no", version, origin]),
      ]),
    );
    for (const { part, advice } of lines) if (advice !== "") print(`${part}: ${advice}`);
  },
};
