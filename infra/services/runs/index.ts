/** How each kind of service is run as a process of this machine. To add a kind: one file and one line here. */
import { TestbedError } from "../../../errors/errors.ts";
import type { Service } from "../load.ts";
import { bentoRunner } from "./bento.ts";
import { bentomlRunner } from "./bentoml.ts";
import { commandRunner } from "./command.ts";
import type { Runner, StartContext, Started } from "./started.ts";

const runners = { bentoml: bentomlRunner, bento: bentoRunner, command: commandRunner };

// biome-ignore lint/suspicious/noExplicitAny: each runner takes the run of its own kind, by which it was found.
function runnerOf({ spec }: Service): Runner<any> {
  const { kind } = spec.run;
  if (kind in runners) return runners[kind as keyof typeof runners];
  throw new TestbedError("badInput", `${spec.name} cannot run as a process of this machine`, {
    problems: [{ path: "run.kind", expected: `one of ${Object.keys(runners).join(", ")}`, got: kind }],
  });
}

/** File of Python packages; undefined where the service has none of its own. */
export function requirementsOf(service: Service): string | undefined {
  return service.spec.run.kind in runners
    ? runnerOf(service).requirements(service.spec.run, service.folder)
    : undefined;
}

export function startedAs(service: Service, context: Omit<StartContext, "folder">): Promise<Started> {
  return runnerOf(service).started(service.spec.run, { ...context, folder: service.folder });
}

export { within } from "./started.ts";
