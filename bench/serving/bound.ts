/** The bound: the same classifier called in a loop, without a server; see infra/services/sentiment/bare.py. */
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import type { Variant } from "../../infra/variants/index.ts";
import { serviceFolder } from "../../infra/workspace/paths.ts";

export const boundModes = [
  "one",
  "arrival-8",
  "sorted-8",
  "sorted-16",
  "cheapest-256",
  "cheapest-384",
] as const;
export type BoundMode = (typeof boundModes)[number];

const figure = z.object({
  /** Texts a second over all processes, tokenising included. */
  perSecond: z.number(),
  /** CPU time of one text: what is left of a figure where neighbours took the cores. */
  cpuMs: z.number(),
  /** Runs of the model, tokenising included: mean and 99th percentile. */
  runMs: z.number(),
  runP99Ms: z.number(),
});
export type BoundFigure = z.infer<typeof figure>;

const output = z.object({ modes: z.record(z.string(), figure) });

export interface BoundRequest {
  readonly python: string;
  readonly modelDirectory: string;
  readonly variant: Variant;
  readonly processes: number;
  /** Of each process and mode, every length in its share. */
  readonly textsEach: number;
  readonly modes: readonly BoundMode[];
  readonly texts: readonly string[];
}

export async function measureBound(request: BoundRequest): Promise<ReadonlyMap<BoundMode, BoundFigure>> {
  const { python, modelDirectory, variant, processes, textsEach, modes, texts } = request;
  const { stdout } = await execa(
    python,
    [
      join(serviceFolder, "bare.py"),
      ...["--model-dir", modelDirectory, "--runtime", variant.runtime, "--graph", variant.graph],
      ...["--processes", String(processes), "--threads", String(variant.threads)],
      ...["--texts", String(textsEach), "--modes", modes.join(",")],
    ],
    {
      cwd: serviceFolder,
      input: JSON.stringify(texts),
      env: { OMP_NUM_THREADS: String(variant.threads), PYTHONDONTWRITEBYTECODE: "1" },
    },
  );
  const found = output.parse(JSON.parse(stdout.trim().split("\n").at(-1)!));
  return new Map(modes.map((mode) => [mode, found.modes[mode]!]));
}
