/**
 * The common part of the disruptions of the path between load and service: set a condition of the path, and reset it.
 */
import { z } from "zod";
import { type AnyService, type Chosen, type Disruption, subjectBase } from "../disruption.ts";
import { type PathFault, pathCondition, pathMeans } from "../path-condition.ts";
import { pathRoute, setPath } from "./route.ts";

const subject = subjectBase.extend({
  path: z.strictObject({
    ...{ pid: z.int(), startTime: z.string(), controlPort: z.int() },
    means: pathMeans,
  }),
  condition: pathCondition,
});

export function pathDisruption<Settings extends { readonly seconds: number }>(fault: {
  readonly description: string;
  readonly settings: z.ZodType<Settings>;
  condition(settings: Settings): PathFault;
}): Disruption<z.infer<typeof subject>> {
  const choose = async ({ service, settings, route }: Chosen<AnyService>) => {
    if (route === null) throw new Error("no intermediary between load and service");
    const condition = fault.condition(settings as Settings);
    return {
      subject: `path to ${service.name}`,
      mechanism: route.means[condition.kind],
      path: route,
      condition,
    };
  };
  return {
    description: fault.description,
    undoing: "the path forwards everything again; its process ends with the trial or with a killed runner",
    settings: fault.settings,
    subject,
    on: { process: choose, k3s: choose, "k3s-docker": choose },
    lastsSeconds: (settings) => fault.settings.parse(settings).seconds,
    async inject({ path, condition }) {
      if (!(await setPath(path, condition))) throw new Error("the path is gone");
    },
    undo: ({ path }) => setPath(path, { kind: "clear" }),
    route: pathRoute,
  };
}

export const seconds = z.number().positive().max(600).default(5);
