/** Provenance: every fact about the source, the machine and the parts that a number in the report depends on. */
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

/** Undefined where the service declares no tolerance for differences between answers. */
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
      "No model runs: every variant is a simulated first-come-first-served queue with chosen service times. " +
        "The figures show whether the testbed measures correctly, and nothing about serving.",
      ...[baseline, ...treatments].map(
        (name) => `${name}: ${lawText(service.own!.law(variantOf(service, name)))}`,
      ),
    ];
  }
  if (target === "k3s") {
    return [
      "Generator pods, service and the node's own processes share this machine's cores; CPU requests reserve a part for each.",
      "Traffic between two pods crosses the node's bridge and the service address; traffic from this host crosses one more virtual link.",
    ];
  }
  if (target === "k3s-docker") {
    return [
      "The K3s nodes are containers of one machine and share its cores; CPU requests reserve a part for each pod.",
      "Traffic between two pods crosses their nodes' bridges and the containers' network; traffic from this machine crosses a virtual link.",
    ];
  }
  if (target === "cluster") {
    return [
      "The cluster is not the testbed's: other work on its nodes is not known.",
      "Capacity was measured through the cluster's API server, which adds to each response time; the trials' load did not pass it" +
        (disrupted
          ? ", except in trials with a disruption: there the API server passes each request to a pod of its own choice."
          : "."),
    ];
  }
  if (target === "url") {
    return [
      "The services were running already and nothing was deployed: their other load and their hardware are not known. Response times include the network to them.",
    ];
  }
  return target === "process"
    ? [
        "Generator and service share this machine's cores; the generator's share is in the table of the generator's health.",
      ]
    : [];
}
