/** Provenance: everything about the source, the machine and the parts that a number in the report depends on. */
import { type ManifestFile, type PlanFile, schemaVersion } from "../../analysis/schema/results-folder.ts";
import { lawText } from "../../infra/known-answer/laws.ts";
import type { PreparedModel } from "../../infra/models/index.ts";
import { type Service, shapeOf, variantOf } from "../../infra/services/index.ts";
import type { Part } from "../../infra/toolchain/index.ts";
import packageJson from "../../package.json" with { type: "json" };
import { charactersIn, lengthDistribution } from "../../workloads/payloads/lengths.ts";
import { machine, source } from "../provenance/origin.ts";
import { modelProvenance, toolchainProvenance } from "../provenance/provenance.ts";
import { knownAnswers } from "../quality/compare-answers.ts";
import { knownQuality } from "../quality/quality-file.ts";
import type { OpenAsked } from "../spec/asked.ts";
import { settingsOn } from "../spec/target-settings.ts";

export interface Described {
  readonly plan: PlanFile;
  readonly service: Service;
  readonly parts: readonly Part[];
  readonly model: PreparedModel | null;
  readonly payloads: readonly OpenAsked[];
}

export async function describeRun(described: Described): Promise<ManifestFile> {
  const { plan, service, parts, model, payloads } = described;
  const names = [plan.study.baseline, ...plan.study.variants];
  const ofEach = <T>(of: (name: string) => T) => Object.fromEntries(names.map((name) => [name, of(name)]));
  return {
    schemaVersion,
    planDigest: plan.digest,
    testbedVersion: packageJson.version,
    source: await source(),
    machine: machine(),
    toolchain: toolchainProvenance(parts),
    service: serviceProvenance(service, plan.study.variants),
    shapes: ofEach((name) => shapeOf(service.spec, variantOf(service, name)) ?? null),
    model: model === null ? null : modelProvenance(model),
    payload: payloads.map((payload) => payloadProvenance(payload, service, model)),
    variants: ofEach((name) => settingsOn(plan.study.target, service, name)),
    quality: await qualityOf(described),
    calibration: null,
    notes: notes(plan, service),
  };
}

function serviceProvenance(
  { spec, digest, own }: Service,
  variants: readonly string[],
): ManifestFile["service"] {
  const least = variants.flatMap((name): [string, number][] => {
    const label = (spec.variants[name]?.agreement ?? spec.agreement)?.label;
    return label === undefined ? [] : [[name, label.least]];
  });
  return {
    name: spec.name,
    description: spec.description,
    digest,
    kind: spec.run.kind,
    labels: spec.judge.label !== undefined,
    // Ours declares it for the whole corpus, by the probabilities too.
    ...(own === undefined && least.length > 0 ? { leastLabels: Object.fromEntries(least) } : {}),
    paper: own?.paper === true,
  };
}

/** Undefined where the service does not say how far answers may be from each other. */
async function qualityOf({ plan, service, model, payloads }: Described): Promise<ManifestFile["quality"]> {
  if (service.spec.agreement === undefined && service.own === undefined) return undefined;
  const { target, baseline, variants } = plan.study;
  const found: NonNullable<ManifestFile["quality"]> = {};
  for (const name of variants) {
    const pair = {
      variant: { name, settings: settingsOn(target, service, name) },
      baseline: { settings: settingsOn(target, service, baseline) },
    };
    const known =
      model === null
        ? await knownAnswers({ ...pair, service, payloadDigest: payloads[0]!.digest })
        : await knownQuality({ ...pair, modelDigest: model.digest });
    if (known !== undefined) found[name] = known;
  }
  return found;
}

function payloadProvenance(
  { name, digest, asked, source, licence, synthetic, texts, sizes }: OpenAsked,
  { own }: Service,
  model: PreparedModel | null,
): ManifestFile["payload"][number] {
  const tokensIn = model === null ? undefined : own?.models[model.name]?.tokensIn;
  return {
    ...{ name, digest, count: asked.requests.count, source, licence, synthetic },
    characters: texts === null ? null : lengthDistribution(texts, charactersIn),
    tokens: texts === null || tokensIn === undefined ? null : lengthDistribution(texts, tokensIn),
    bytes: sizes === null ? null : { ...sizes },
  };
}

function notes(plan: PlanFile, service: Service): string[] {
  const { target, baseline, variants: treatments, scenarios } = plan.study;
  const disrupted = scenarios.some(({ disruption }) => disruption !== undefined);
  if (target === "simulated") {
    return [
      "Nothing here is a model: every variant is a queue, first come first served, with service times of our choosing. " +
        "What is measured says whether the testbed measures right, and nothing about serving.",
      ...[baseline, ...treatments].map(
        (name) => `${name}: ${lawText(service.own!.law(variantOf(service, name)))}`,
      ),
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
  if (target === "url") {
    return [
      "The services ran already and nothing was deployed: what else they did, and on what, is not known here. Response times hold the way to them.",
    ];
  }
  return target === "process"
    ? [
        "Generator and service share this machine's cores; the generator's share is in the table of its health.",
      ]
    : [];
}
