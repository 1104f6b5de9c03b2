/** When a pod counts as unready or dead, and how it takes its leave; in the terms of Kubernetes. */
import { z } from "zod";

const probe = z.strictObject({
  periodSeconds: z.int().min(1).max(300),
  timeoutSeconds: z.int().min(1).max(300),
  /** Failures in a row. */
  failureThreshold: z.int().min(1).max(100),
});

/** Of this, a pod that is to stop has to end by itself. */
export const graceSeconds = 30;

export const lifecycleSpec = z.strictObject({
  /** Fails it, and nobody new is sent to the pod. */
  readiness: probe,
  /** Fails it, and the pod's server is killed and started anew. */
  liveness: probe,
  /** A pod that is to stop goes on answering for so long, until every node knows that it is out of the service. */
  preStopSeconds: z
    .int()
    .min(0)
    .max(graceSeconds - 5),
});
export type Lifecycle = z.infer<typeof lifecycleSpec>;

/** Of every variant that names no other. */
export const usualLifecycle: Lifecycle = {
  readiness: { periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
  liveness: { periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 6 },
  preStopSeconds: 3,
};

/** Flat, for the manifest and the report. */
export function lifecycleSettings({ readiness, liveness, preStopSeconds }: Lifecycle) {
  return { readiness: probeText(readiness), liveness: probeText(liveness), preStopSeconds };
}

function probeText({ periodSeconds, timeoutSeconds, failureThreshold }: Lifecycle["readiness"]): string {
  const failures = failureThreshold === 1 ? "1 failure" : `${failureThreshold} failures`;
  return `every ${periodSeconds} s, ${timeoutSeconds} s to answer, ${failures}`;
}
