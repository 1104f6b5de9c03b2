import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { counted } from "../../analysis/figures/format.ts";
import { TestbedError } from "../../errors/errors.ts";
import { nameProblems } from "../../errors/problems.ts";
import { guardedFolder } from "../../files/guarded-folder.ts";
import { type Disruption, disruptions } from "../../infra/disruptions/index.ts";
import { models } from "../../infra/models/index.ts";
import { builtIn } from "../../infra/services/index.ts";
import { targets } from "../../infra/targets/index.ts";
import { variants } from "../../infra/variants/index.ts";
import { arrivals } from "../../workloads/arrivals/index.ts";
import { payloads } from "../../workloads/payloads/index.ts";
import { scenarios } from "../../workloads/scenarios/index.ts";
import { studies } from "../../workloads/studies/index.ts";
import { jsonOption } from "../options/options.ts";
import { resultsRoot } from "../store/store.ts";
import { print, printJson, table } from "../terminal/print.ts";
import type { CommandSpec } from "./command.ts";

/** Every catalog by name, with the description of each entry. */
const catalogs = {
  studies: describe(studies, ({ description }) => description),
  services: describe(builtIn, ({ definition }) => definition().description ?? ""),
  variants: describe(variants, ({ description }) => description),
  scenarios: describe(scenarios, ({ description }) => description),
  arrivals: describe(arrivals, ({ law }) => law),
  targets: describe(targets, ({ description }) => description),
  models: describe(models, ({ description }) => description),
  payloads: describe(payloads, ({ description }) => description),
  disruptions: describe(
    disruptions as Readonly<Record<string, Disruption>>,
    ({ description, undoing, on }) => `${description} (${Object.keys(on).join(", ")}); undo: ${undoing}`,
  ),
};

export const listCommand: CommandSpec = {
  arguments: [
    {
      name: "[catalog]",
      description: `one of ${[...Object.keys(catalogs), "runs"].join(", ")}; default all except runs`,
    },
  ],
  options: [jsonOption],
  async run([only], options) {
    const names = [...Object.keys(catalogs), "runs"];
    if (only !== undefined && !names.includes(only)) {
      throw new TestbedError("badInput", "there is no such list", {
        problems: nameProblems("catalog", only, names),
      });
    }
    const all: Record<string, Record<string, string>> = only === "runs"
      ? { runs: await runsIn(resultsRoot) }
      : catalogs;
    const shown = only === undefined ? all : { [only]: all[only]! };
    if (options.json === true) {
      printJson(shown);
      return;
    }
    for (const [catalog, entries] of Object.entries(shown)) {
      print(`${catalog}\n${indent(table(Object.entries(entries)))}\n`);
    }
  },
};

/** Folders of studies with a plan, as `analyse` and `--resume` take them; how many trials have a record. */
async function runsIn(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const study of await folderNames(root)) {
    for (const run of await folderNames(join(root, study))) {
      const folder = guardedFolder(join(root, study, run));
      if (!(await folder.hasFile("plan.json").catch(() => false))) continue;
      const trials = (await folder.list("trials").catch(() => [])).length;
      found[join(root, study, run)] = `${counted(trials, "trial")} begun`;
    }
  }
  return found;
}

async function folderNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function describe<T>(catalog: Readonly<Record<string, T>>, of: (entry: T) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(catalog).map(([name, entry]) => [name, of(entry)]));
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
