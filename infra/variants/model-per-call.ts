import { baseline } from "./baseline.ts";
import type { Variant } from "./variant.ts";

/** A strawman, and meant as one: it stands for wrappers that hide such a cost, as the paper's baseline seems to. */
export const modelPerCall: Variant = {
  ...baseline,
  description:
    "strawman: PyTorch with the model read from disk for every request, one worker with one thread",
  runtime: "torch-per-call",
};
