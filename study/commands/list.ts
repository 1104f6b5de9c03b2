import { type Disruption, disruptions } from "../../infra/disruptions/index.ts";
import { models } from "../../infra/models/index.ts";
import { builtIn } from "../../infra/services/index.ts";
import { targets } from "../../infra/targets/index.ts";
import { variants } from "../../infra/variants/index.ts";
import { arrivals } from "../../workloads/arrivals/index.ts";
import { payloads } from "../../workloads/payloads/index.ts";
import { scenarios } from "../../workloads/scenarios/index.ts";
import { studies } from "../../workloads/studies/index.ts";
import type { CommandSpec } from "../cli.ts";
import { print, printJson, table } from "../print.ts";
import { jsonOption } from "./options.ts";

/** Every room by name, with what each entry says of itself. */
const rooms = {
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
    ({ description, undoing, on }) => `${description} (${Object.keys(on).join(", ")}); undone: ${undoing}`,
  ),
};

export const listCommand: CommandSpec = {
  summary: "list studies, services, variants, scenarios, arrivals, targets, models, payloads and disruptions",
  options: [jsonOption],
  async run(_, options) {
    if (options.json === true) {
      printJson(rooms);
      return;
    }
    for (const [room, entries] of Object.entries(rooms)) {
      print(`${room}\n${indent(table(Object.entries(entries)))}\n`);
    }
  },
};

function describe<T>(room: Readonly<Record<string, T>>, of: (entry: T) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(room).map(([name, entry]) => [name, of(entry)]));
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
