/** Provenance: every fact about the source, the machine and the parts that a number in the report depends on. */
import { type ManifestFile, type PlanFile, schemaVersion } from "../../analysis/schema/results-folder.ts";
import type { PreparedModel } from "../../infra/models/index.ts";
import { type Service, shapeOf, variantOf } from "../../infra/services/index.ts";
import { targets } from "../../infra/targets/index.ts";
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
    notes: [...notesOf(plan, service)],
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

function notesOf({ study }: PlanFile, service: Service): readonly string[] {
  const { target, baseline, variants, scenarios } = study;
  const isDisrupted = scenarios.some(({ disruption }) => disruption !== undefined);
  return targets[target].notes({ service, variants: [baseline, ...variants], isDisrupted });
}
