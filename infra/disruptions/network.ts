/** What the disruptions of the path between load and service have in common: the proxy on it, told and told back. */
import { z } from "zod";
import { type AnyService, type Chosen, type Disruption, subjectBase } from "./disruption.ts";
import { type PathCondition, pathCondition } from "./proxy/condition.ts";
import { proxyRoute, setPath } from "./proxy/route.ts";

const subject = subjectBase.extend({
  proxy: z.strictObject({ pid: z.int(), startTime: z.string(), controlPort: z.int() }),
  condition: pathCondition,
});

export function pathDisruption<Settings extends { readonly seconds: number }>(path: {
  readonly description: string;
  readonly settings: z.ZodType<Settings>;
  condition(settings: Settings): PathCondition;
}): Disruption<z.infer<typeof subject>> {
  const choose = async ({ service, settings, route }: Chosen<AnyService>) => {
    if (route === null) throw new Error("there is no proxy between load and service");
    return {
      subject: `path to ${service.name}`,
      mechanism: "proxy",
      proxy: route,
      condition: path.condition(settings as Settings),
    };
  };
  return {
    description: path.description,
    undoing: "the proxy lets everything pass again; it ends with the trial, and with a runner that is killed",
    settings: path.settings,
    subject,
    on: { process: choose, k3s: choose, "k3s-docker": choose },
    lastsSeconds: (settings) => path.settings.parse(settings).seconds,
    async inject({ proxy, condition }) {
      if (!(await setPath(proxy, condition))) throw new Error("the proxy is gone");
    },
    undo: ({ proxy }) => setPath(proxy, { kind: "clear" }),
    route: proxyRoute,
  };
}

export const seconds = z.number().positive().max(600).default(5);
