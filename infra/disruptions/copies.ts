/** One copy of the service with its processes as this machine sees them: the managed process, or one of the pods. */
import type { AnyService, Chosen } from "./disruption.ts";
import { type OwnedProcess, type OwnershipMark, processesOf } from "./owned.ts";

export interface Copy {
  /** Empty where there is only one. */
  readonly name: string;
  readonly mark: OwnershipMark;
  /** At least one of them a serving worker. */
  readonly processes: readonly OwnedProcess[];
}

/** @throws Error where it has no serving worker at this moment */
export async function copyToTouch({ service }: Chosen<AnyService>): Promise<Copy> {
  const copy = processCopy(service);
  if (!copy.processes.some(({ role }) => role === "worker")) {
    throw new Error(`${service.name} has no serving worker at this moment`);
  }
  return copy;
}

function processCopy(service: AnyService): Copy {
  if (service.target !== "process") throw new Error(`no copies of ${service.name} are known`);
  const mark = { token: service.token };
  return { name: "", mark, processes: processesOf(mark) };
}
