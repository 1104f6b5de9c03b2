/** A managed process, as disruptions see it. */

import type { ProcessService } from "../../disruptions/service-under-test.ts";
import { isSupervisor, processesOf } from "../../host/process-ownership.ts";
import { registered } from "../../host/started-services.ts";
import { saysReady } from "../../plugin/kinds/process/ready-probe.ts";
import { readyOf } from "../../services/definition/service.ts";
import type { Service } from "../../services/load.ts";
import type { Endpoint, UnderTest } from "../target.ts";
import { watchProcesses } from "./process-watch.ts";

const readyWithinMs = 2_000;

/** @throws Error where this workspace did not start it */
export function processUnderTest(endpoint: Endpoint, { spec }: Pick<Service, "spec">): UnderTest {
  const entry = registered().find(({ pid, startTime }) => endpoint.identity === `${pid}@${startTime}`);
  if (entry === undefined)
    throw new Error(`the service at ${endpoint.url} does not belong to this workspace`);
  const { name, pid, startTime, token, logFile } = entry;
  const service: ProcessService = {
    target: "process",
    ...{ name, pid, startTime, token, logFile },
    origin: new URL(endpoint.url).origin,
    readyPath: readyOf(spec).path,
    supervised: isSupervisor(pid),
  };
  const workersNow = () => processesOf({ token }).filter(({ role }) => role === "worker").length;
  const workers = workersNow();
  return {
    service,
    async whyNotReady() {
      const there = workersNow();
      if (there < workers) return `${there} of ${workers} workers are running`;
      const ready = await saysReady(service.origin, service.readyPath, readyWithinMs);
      return ready
        ? ""
        : service.readyPath === undefined
          ? "it accepts no connection"
          : `no answer to ${service.readyPath}`;
    },
    watch: (onEvent) => watchProcesses(service, onEvent),
    async now() {
      // A start by hand has given it another main process.
      const current = registered().find((one) => one.token === token);
      return current === undefined
        ? endpoint
        : { ...endpoint, identity: `${current.pid}@${current.startTime}` };
    },
  };
}
