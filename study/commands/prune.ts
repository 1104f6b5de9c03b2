import { prune, superseded } from "../../infra/toolchain/index.ts";
import { jsonOption, numbers } from "../options/options.ts";
import { print, printJson, table } from "../terminal/print.ts";
import type { CommandSpec } from "./command.ts";

const defaultUnusedHours = 24;

export const pruneCommand: CommandSpec = {
  options: [
    {
      flags: "--unused-hours <n>",
      description: `hours without use before a file is removed; default ${defaultUnusedHours}`,
    },
    { flags: "--dry-run", description: "list the files, but remove none" },
    jsonOption,
  ],
  async run(_, options) {
    const given = numbers({ "unused-hours": options.unusedHours })["unused-hours"];
    const asked = { unusedHours: given ?? defaultUnusedHours };
    const dry = options.dryRun === true;
    const removed = dry ? superseded(asked) : await prune(asked);
    if (options.json === true) {
      printJson(removed);
      return;
    }
    const rows = removed.map(({ key, bytes, usedAtMs }) => [
      key,
      megabytes(bytes),
      new Date(usedAtMs).toISOString().slice(0, 16),
    ]);
    if (rows.length > 0) print(table([["folder", "MB", "last used"], ...rows]));
    const total = removed.reduce((sum, { bytes }) => sum + bytes, 0);
    print(`${removed.length} folders, ${megabytes(total)} MB${dry ? " would go" : " freed"}`);
  },
};

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
