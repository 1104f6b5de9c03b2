/**
 * The services that this workspace has started, one file each, written before the service is ready: if the engine is
 * killed before it saves its own state, `testbed down --all` still finds the process.
 */
import { join } from "node:path";
import { z } from "zod";
import { privateFolder } from "../workspace/paths.ts";
import { recordFolder } from "../workspace/record-folder.ts";
import { leavesTraces, nodeTraces, removeTraces } from "./k3s-leftovers.ts";
import { isAlive, marked, stop } from "./process.ts";

const entry = z.strictObject({
  /** Stack and resource, for a person. */
  name: z.string(),
  pid: z.int().positive(),
  startTime: z.string(),
  token: z.string().min(16),
  logFile: z.string(),
  /** Of a K3s node: what it leaves beside its processes. */
  traces: nodeTraces.optional(),
});
export type StartedService = z.infer<typeof entry>;

const services = recordFolder(join(privateFolder, "services"), entry);

export function register(service: StartedService): void {
  services.write(service.token, service);
}

export function unregister(token: string): void {
  services.remove(token);
}

/** Registered services that have left a living process or other traces; entries of the others are removed. */
export function registered(): readonly StartedService[] {
  return services.read().filter((service) => {
    const living = isAlive(service) || marked(service.token).length > 0;
    const there = living || (service.traces !== undefined && leavesTraces(service.traces));
    if (!there) unregister(service.token);
    return there;
  });
}

/** Stops a service that no stack knows any more. */
export async function stopRegistered(service: StartedService, drainSeconds = 5): Promise<void> {
  await stop(service, service.token, service.traces === undefined ? drainSeconds : 0);
  if (service.traces !== undefined) await removeTraces(service.traces);
  unregister(service.token);
}

/**
 * Before a resource is made: an engine that was killed between its start and its record has left one of the same stack
 * that no state knows.
 */
export async function stopNamesakes(name: string): Promise<void> {
  for (const service of registered()) if (service.name === name) await stopRegistered(service);
}
