/** When a pod counts as unready or dead, and how it shuts down; in the terms of Kubernetes. */
import { z } from "zod";

const probe = z.strictObject({
  periodSeconds: z.int().min(1).max(300),
  timeoutSeconds: z.int().min(1).max(300),
  /** Failures in a row. */
  failureThreshold: z.int().min(1).max(100),
});

/** Of this, a pod that is to stop has to end by itself. */
export const usualGraceSeconds = 30;

export const lifecycleSpec = z.strictObject({
  /** If it fails, the pod gets no new requests. */
  readiness: probe,
  /** If it fails, the pod's server is killed and restarted. */
  liveness: probe,
  /** A pod that is to stop goes on answering for so long, until every node knows that it is out of the service. */
  preStopSeconds: z
    .int()
    .min(0)
    .max(usualGraceSeconds - 5),
});
export type Lifecycle = z.infer<typeof lifecycleSpec>;

/** Of every variant that names no other. */
export const usualLifecycle: Lifecycle = {
  readiness: { periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
  liveness: { periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 6 },
  preStopSeconds: 3,
};

/** As settings, for a service that has them. */
export function lifecycleSettings({ readiness, liveness, preStopSeconds }: Lifecycle) {
  return {
    readinessPeriodSeconds: readiness.periodSeconds,
    readinessTimeoutSeconds: readiness.timeoutSeconds,
    readinessFailureThreshold: readiness.failureThreshold,
    livenessPeriodSeconds: liveness.periodSeconds,
    livenessTimeoutSeconds: liveness.timeoutSeconds,
    livenessFailureThreshold: liveness.failureThreshold,
    preStopSeconds,
  };
}
