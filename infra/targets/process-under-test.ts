/** A managed process as disruptions know it. */
import { processesOf, roleOf } from "../disruptions/owned.ts";
import type { ProcessService } from "../disruptions/services.ts";
import { registered } from "../plugin/registry.ts";
import { watchProcesses } from "./process-watch.ts";
import type { Endpoint, UnderTest } from "./target.ts";

/** @throws Error where this workspace did not start it */
export function processUnderTest(endpoint: Endpoint): UnderTest {
  const entry = registered().find(({ pid, startTime }) => endpoint.identity === `${pid}@${startTime}`);
  if (entry === undefined) throw new Error(`the service at ${endpoint.url} is none of this workspace's`);
  const { name, pid, startTime, token, logFile } = entry;
  const service: ProcessService = {
    target: "process",
    ...{ name, pid, startTime, token, logFile },
    origin: new URL(endpoint.url).origin,
    supervised: roleOf(pid) === "supervisor",
  };
  const workersNow = () => processesOf({ token }).filter(({ role }) => role === "worker").length;
  const workers = workersNow();
  return {
    service,
    async lacks() {
      const there = workersNow();
      if (there < workers) return `${there} of ${workers} workers`;
      const answer = await fetch(`${service.origin}/ready`, { signal: AbortSignal.timeout(2_000) }).catch(
        () => null,
      );
      await answer?.arrayBuffer().catch(() => null);
      return answer?.ok === true ? "" : "an answer to /ready";
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
