/** Provenance: everything about the source, the machine and the parts that a number in the report depends on. */
import { type ManifestFile, type PlanFile, schemaVersion } from "../analysis/folder.ts";
import { type Model, models, type PreparedModel } from "../infra/models/index.ts";
import { type Target, targets } from "../infra/targets/index.ts";
import { lawOf, lawText } from "../infra/targets/simulated/laws.ts";
import type { Part } from "../infra/toolchain/index.ts";
import { serviceSettings, type Variant, variantOfStack, variants } from "../infra/variants/index.ts";
import { usualLifecycle } from "../infra/variants/lifecycle.ts";
import packageJson from "../package.json" with { type: "json" };
import { payloads } from "../workloads/payloads/index.ts";
import { charactersIn, lengthDistribution } from "../workloads/payloads/lengths.ts";
import { machine, source } from "./origin.ts";
import { modelProvenance, toolchainProvenance } from "./provenance.ts";
import { knownQuality } from "./quality-file.ts";

export async function describeRun(
  plan: PlanFile,
  parts: readonly Part[],
  model: PreparedModel,
): Promise<ManifestFile> {
  return {
    schemaVersion,
    planDigest: plan.digest,
    testbedVersion: packageJson.version,
    source: await source(),
    machine: machine(),
    toolchain: toolchainProvenance(parts),
    model: modelProvenance(model),
    payload: await payloadProvenance(plan, model.name),
    variants: Object.fromEntries(
      [plan.study.baseline, ...plan.study.variants].map((name) => [
        name,
        settingsOn(plan.study.target, variants[name as keyof typeof variants]),
      ]),
    ),
    quality: await qualityOf(plan, model),
    calibration: null,
    notes: notes(plan),
  };
}

/** All that variants can differ by there: of the pods' lifecycle too, whether or not a variant names one. */
function settingsOn(targetName: keyof typeof targets, variant: Variant): ManifestFile["variants"][string] {
  const { pods = false }: Target = targets[targetName];
  return serviceSettings(pods ? { lifecycle: usualLifecycle, ...variant } : variant);
}

async function qualityOf(plan: PlanFile, { digest }: PreparedModel): Promise<ManifestFile["quality"]> {
  const settingsOf = (name: string) => serviceSettings(variants[name as keyof typeof variants]);
  const found: NonNullable<ManifestFile["quality"]> = {};
  for (const name of plan.study.variants) {
    const known = await knownQuality({
      variant: { name, settings: settingsOf(name) },
      baseline: { settings: settingsOf(plan.study.baseline) },
      modelDigest: digest,
    });
    if (known !== undefined) found[name] = known;
  }
  return found;
}

async function payloadProvenance(plan: PlanFile, model: string): Promise<ManifestFile["payload"]> {
  const names = [...new Set(plan.study.scenarios.map(({ payload }) => payload))];
  return Promise.all(
    names.map(async (name) => {
      const set = await payloads[name as keyof typeof payloads].load();
      const { texts, digest, source, licence, synthetic } = set;
      const { tokensIn }: Partial<Model> = models[model as keyof typeof models] ?? {};
      return {
        ...{ name, digest, count: texts.length, source, licence, synthetic },
        characters: lengthDistribution(texts, charactersIn),
        tokens: tokensIn === undefined ? null : lengthDistribution(texts, tokensIn),
      };
    }),
  );
}

function notes(plan: PlanFile): string[] {
  const { target, baseline, variants: treatments, scenarios } = plan.study;
  const disrupted = scenarios.some(({ disruption }) => disruption !== undefined);
  if (target === "simulated") {
    return [
      "Nothing here is a model: every variant is a queue, first come first served, with service times of our choosing. " +
        "What is measured says whether the testbed measures right, and nothing about serving.",
      ...[baseline, ...treatments].map((name) => `${name}: ${lawText(lawOf(variantOfStack(name)))}`),
    ];
  }
  if (target === "k3s") {
    return [
      "Generator pods, service and the node's own processes share this machine's cores; CPU requests keep a part for each.",
      "Between two pods lies the node's bridge and its service address; between this host and the node one virtual link more.",
    ];
  }
  if (target === "k3s-docker") {
    return [
      "The K3s nodes are containers of one machine and share its cores; CPU requests keep a part for each pod.",
      "Between two pods lie their nodes' bridges and the containers' network; between this machine and a node a virtual link.",
    ];
  }
  if (target === "cluster") {
    return [
      "The cluster is somebody's own: what else ran on its nodes is not known.",
      "Capacity was measured through the cluster's API server, which takes its part of each answer; the trials' load was not" +
        (disrupted
          ? ", but for trials with a disruption: there the API server passes each request on to a pod that it chooses itself."
          : "."),
    ];
  }
  return target === "process"
    ? [
        "Generator and service share this machine's cores; the generator's share is in the table of its health.",
      ]
    : [];
}
