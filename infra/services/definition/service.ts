/**
 * A service as data: how it runs, which settings it has, when it is ready, how requests are made and answers judged. It
 * is a file in the user's folder (TypeScript with a default export, or JSON); the built-in one is defined in the same
 * way (sentiment/).
 */
import { z } from "zod";
import { askSpec } from "../../../workloads/ask/ask.ts";
import { secretValues } from "../../../workloads/ask/masked-secrets.ts";
import { judgeSpec } from "../../../workloads/judge/judge.ts";
import { payloadFileSpec } from "../../../workloads/payload-files/spec.ts";
import { agreementSpec } from "./agreement.ts";
import { quantity } from "./quantity.ts";
import { runSpec, secretsOf } from "./run.ts";
import { specProblems } from "./service-problems.ts";
import { settingSpec, settingValue } from "./setting.ts";

/** As studies: it is part of a stack's name, of a namespace and of file names. */
export const serviceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, "lower-case letters, digits and dashes, at most 31");
export const variantName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,40}$/, "lower-case letters, digits and dashes, at most 41");

/** Settings by name, and what a variant may say beside them. No setting is called as one of these. */
export const variantSpec = z
  .object({
    description: z.string().optional(),
    /** In place of the service's own, how far its answers may be from the baseline's. */
    agreement: agreementSpec.optional(),
  })
  .catchall(z.union([settingValue, agreementSpec]));
export type VariantSpec = z.infer<typeof variantSpec>;
export const variantWords = ["description", "agreement", "name"] as const;

const readySpec = z.strictObject({
  /** `GET` of it is answered with 2xx once the service is ready. */
  path: z.string().startsWith("/").optional(),
  /** One request of the load must be answered as `judge` says; off for a service that cannot be asked idly. */
  probe: z.boolean().default(true),
  /** On Kubernetes: if it fails, the pod's container is restarted. Left out: the port must accept connections. */
  livePath: z.string().startsWith("/").optional(),
});

export const serviceSpec = z
  .strictObject({
    name: serviceName,
    description: z.string().default(""),
    run: runSpec,
    settings: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, "a name"), settingSpec).default({}),
    /** Named choices of settings; what a choice leaves out has its default. */
    variants: z.record(variantName, variantSpec).default({ baseline: {} }),
    ready: readySpec.default({ probe: true }),
    /** From its start until it is ready, at most. */
    startSeconds: z.number().positive().max(3600).default(120),
    /** Grace period for requests in flight after the service is told to end. */
    drainSeconds: z.number().min(0).max(600).default(10),
    /** A user's service has a file as payload; built-in services have payload sets by name. */
    ask: askSpec.extend({ payload: payloadFileSpec.optional() }),
    judge: judgeSpec.default({}),
    /** Allowed difference between a variant's answers and the baseline's; left out: answers are not compared. */
    agreement: agreementSpec.optional(),
    /** Combinations of settings that are not valid, each with the reason. */
    never: z
      .array(
        z.strictObject({
          /** All of these at once: a list of values, or a range. */
          where: z.record(
            z.string(),
            z.union([
              z.array(settingValue).min(1),
              z.strictObject({ atLeast: z.number().optional(), atMost: z.number().optional() }),
            ]),
          ),
          because: z.string(),
        }),
      )
      .default([]),
    /** What one copy works on at the same time; left out where it is not known. */
    concurrency: z
      .strictObject({
        /** Processes that accept connections. */
        processes: quantity.default(1),
        /** Requests, or batches of them, at the same time. */
        servers: quantity,
        /** Requests in one batch, at most. */
        batch: quantity.default(1),
      })
      .optional(),
    /** Threads that one copy keeps busy: `tune` leaves out what has more than the machine has cores. */
    cores: quantity.optional(),
    /** Of a pod; a setting that goes to `resources.cpu` or `resources.memory` takes its place. */
    resources: z
      .strictObject({
        cpu: quantity.optional(),
        /** MiB */
        memory: quantity.optional(),
      })
      .default({}),
    /** Child processes of the server that serve, found by their parent: disruptions of workers need them. */
    workers: z.boolean().optional(),
    /** A setting that makes answers tell their stages in a `server-timing` header; studies switch it on by `stages`. */
    stages: z.string().optional(),
  })
  .superRefine((spec, context) => {
    for (const { path, message } of specProblems(spec)) context.addIssue({ code: "custom", path, message });
  });
export type ServiceSpec = z.infer<typeof serviceSpec>;
export type ServiceInput = z.input<typeof serviceSpec>;

/** A service file's default export: data, checked by its type here and by its schema when it is loaded. */
export function defineService(service: ServiceInput): ServiceInput {
  return service;
}

/** Its server has child processes that serve: what the file says, or what every server of its kind has. */
export function hasWorkers({ run, workers }: Pick<ServiceSpec, "run" | "workers">): boolean {
  return workers ?? (run.kind === "bentoml" || run.kind === "bento");
}

/** Secret values that the service is started with or that requests carry. */
export function secretsOfService(
  { run, ask }: Pick<ServiceSpec, "run" | "ask">,
  environment: NodeJS.ProcessEnv = process.env,
): string[] {
  const names = Object.values(ask.headers).flatMap((value) =>
    typeof value === "string" ? [] : [value.environment],
  );
  return [...secretsOf(run, environment), ...secretValues(names, environment)];
}

/** When it counts as ready, with what every server of its kind has: BentoML's answer at /readyz and /livez. */
export function readyOf({ run, ready }: Pick<ServiceSpec, "run" | "ready">): ServiceSpec["ready"] {
  return run.kind === "bentoml" || run.kind === "bento"
    ? { path: "/readyz", livePath: "/livez", ...ready }
    : ready;
}
