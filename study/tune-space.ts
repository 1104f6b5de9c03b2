/** What `testbed tune` may change of a variant, and the grid of it. */
import { z } from "zod";
import { type Variant, variantSpec } from "../infra/variants/index.ts";

const some = <T extends z.ZodType>(value: T) => z.array(value).min(1).optional();

/** Values to try, by setting; what is left out stays as the variant has it. */
export const tuneSpace = z.strictObject({
  runtime: some(variantSpec.shape.runtime),
  graph: some(variantSpec.shape.graph),
  workers: some(variantSpec.shape.workers),
  threads: some(variantSpec.shape.threads),
  /** Where there are several threads of ONNX Runtime. */
  spinning: some(z.boolean()),
  /** Of the batching, for a variant that batches: */
  streams: some(z.int().min(1).max(64)),
  maxSize: some(z.int().min(1).max(256)),
  maxTokens: some(z.int().min(1).max(1_000_000)),
  lengthBuckets: some(z.boolean()),
});
export type TuneSpace = z.infer<typeof tuneSpace>;

/** Who shares the cores, how large a run may be, and whether the queue is by length or by arrival. */
export const defaultSpace: TuneSpace = {
  workers: [1, 2],
  streams: [1, 2],
  maxSize: [8, 32],
  lengthBuckets: [true, false],
};

export interface Candidate {
  readonly name: string;
  /** The settings that were tried: `workers 1, streams 2`. */
  readonly settings: string;
  readonly variant: Variant;
}

/**
 * The whole grid in the order of its keys. Left out: more inference threads than cores, which would only share them, and what
 * the schema of a variant refuses.
 */
export function candidatesOf(base: Variant, space: TuneSpace, cores: number): Candidate[] {
  const keys = (Object.keys(space) as (keyof TuneSpace)[]).filter((key) => space[key] !== undefined);
  const points = keys.reduce<Readonly<Record<string, unknown>>[]>(
    (grid, key) => grid.flatMap((point) => space[key]!.map((value) => ({ ...point, [key]: value }))),
    [{}],
  );
  const candidates: Candidate[] = [];
  for (const point of points) {
    const { streams, maxSize, maxTokens, lengthBuckets, ...own } = point;
    const batching =
      base.batching === null
        ? null
        : { ...base.batching, ...defined({ streams, maxSize, maxTokens, lengthBuckets }) };
    const settings = keys.map((key) => `${key} ${String(point[key])}`).join(", ");
    const parsed = variantSpec.safeParse({ ...base, ...own, batching, description: `tuned: ${settings}` });
    if (!parsed.success) continue;
    const { workers, threads } = parsed.data;
    if (workers * threads * (parsed.data.batching?.streams ?? 1) > cores) continue;
    candidates.push({ name: `tune-${candidates.length + 1}`, settings, variant: parsed.data });
  }
  return candidates;
}

function defined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
