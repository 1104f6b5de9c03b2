/** Who is measured: the ladder of variants, the best one with its stages told, and the peers. */
import { dirname, join } from "node:path";
import type { ServiceInputs } from "../../infra/plugin/kinds/process/service.ts";
import { type VariantName, variants } from "../../infra/variants/index.ts";
import { peerNames, peerProcess, providePeers } from "./peers.ts";
import { sentimentProcess } from "./sentiment-process.ts";

/** Each step builds on the one before it, so that the difference is what the step is worth. */
const ladder: readonly VariantName[] = [
  "baseline",
  "onnx",
  "onnx-int8",
  "int8-graph",
  "int8-workers",
  "adaptive-batching",
  "length-buckets",
  "direct",
  "queue-arrival",
  "queue-length",
  "optimized",
  "pinned-streams",
];
/** The best, reporting where each request's time goes. */
export const withStages = "optimized+stages";

export interface Contestant {
  readonly name: string;
  readonly description: string;
  readonly inputs: ServiceInputs;
}

export interface Parts {
  readonly python: string;
  readonly prepared: { readonly directory: string; readonly digest: string };
  readonly progress: (line: string) => void;
}

export async function everyone({ python, prepared, progress }: Parts): Promise<Contestant[]> {
  const all: Contestant[] = [];
  for (const name of ladder) {
    const variant = variants[name];
    const inputs = await sentimentProcess({ name: `bench.${name}`, variant, python, prepared });
    all.push({ name, description: variant.description, inputs });
  }
  const telling = { ...variants.optimized, stages: true };
  all.push({
    name: withStages,
    description: "the same, telling each request's stages in a header and in histograms",
    inputs: await sentimentProcess({ name: "bench.stages", variant: telling, python, prepared }),
  });
  const uv = join(dirname(dirname(dirname(python))), "uv", "bin", "uv");
  const peerPython = await providePeers(uv, { progress });
  for (const name of peerNames) {
    const { description, ...inputs } = await peerProcess(name, {
      variant: variants.optimized,
      python: peerPython,
      prepared,
    });
    all.push({ name, description, inputs });
  }
  return all;
}
