/**
 * The disruptions of a trial and the events observed in the service: `trials/<id>/timeline.json`. All times are
 * milliseconds from the trial's one absolute start, on the clock of its samples.
 */
import { z } from "zod";

export const timelineSchemaVersion = 1;

const ms = z.number();

/** One occurrence of a disruption. */
export const injectionRecord = z.strictObject({
  /** 0-based, in order of `intendedMs`. */
  index: z.int().min(0),
  /** Drawn before the trial from its seed. */
  intendedMs: ms,
  /** Just before the act; null where it was never started. */
  startedMs: ms.nullable(),
  /** The act had returned. */
  injectedMs: ms.nullable(),
  /** Its undoing had returned; null where there is nothing to undo, or it was not undone. */
  undoneMs: ms.nullable(),
  /** The service was judged steady just before it. */
  steadyBefore: z.boolean(),
  /** What was touched: a process, a pod and its uid. */
  subject: z.string(),
  /** How: "SIGKILL", "netem", "proxy" ... */
  mechanism: z.string(),
  /** Empty, or why it failed, as one sentence. */
  error: z.string(),
});
export type InjectionRecord = z.infer<typeof injectionRecord>;

export const timelineSources = ["injector", "api-server", "process", "generator"] as const;

/** Something observed. */
export const timelineEvent = z.strictObject({
  atMs: ms,
  source: z.enum(timelineSources),
  /** `pod-ready`, `endpoint-removed`, `exited` ...; docs/disruptions.md lists them. */
  kind: z.string(),
  subject: z.string(),
  /** The source's own stamp, ISO 8601; empty where it has none. The API server's has a resolution of 1 s. */
  statedAt: z.string(),
});
export type TimelineEvent = z.infer<typeof timelineEvent>;

export const timelineFile = z.strictObject({
  schemaVersion: z.literal(timelineSchemaVersion),
  /** Its name in the catalog. */
  disruption: z.string(),
  /** Copies of the service when it was steady. */
  replicas: z.int().min(1),
  injections: z.array(injectionRecord),
  /** In order of `atMs`. */
  events: z.array(timelineEvent),
});
export type TimelineFile = z.infer<typeof timelineFile>;
