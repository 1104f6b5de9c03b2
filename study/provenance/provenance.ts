/** The provenance of a result outside a study: the same facts as a study's manifest, from the same sources. */
import { z } from "zod";
import { manifestFile } from "../../analysis/schema/results-folder.ts";
import type { PreparedModel } from "../../infra/models/index.ts";
import type { Part } from "../../infra/toolchain/index.ts";
import packageJson from "../../package.json" with { type: "json" };
import type { Workbench } from "../session/setup.ts";
import { machine, source } from "./origin.ts";

const { source: sourceShape, machine: machineShape, toolchain, model } = manifestFile.shape;

export const provenance = z.strictObject({
  testbedVersion: z.string(),
  createdAt: z.string(),
  target: z.string(),
  source: sourceShape,
  machine: machineShape,
  toolchain,
  /** Null for a service that was running already. */
  model,
});
export type Provenance = z.infer<typeof provenance>;

export async function provenanceOf(target: string, workbench?: Workbench): Promise<Provenance> {
  const model = workbench?.model;
  return {
    testbedVersion: packageJson.version,
    createdAt: new Date().toISOString(),
    target,
    source: await source(),
    machine: machine(),
    toolchain: toolchainProvenance(workbench?.toolchain.parts ?? []),
    model: model === undefined || model === null ? null : modelProvenance(model),
  };
}

export function toolchainProvenance(parts: readonly Part[]): Provenance["toolchain"] {
  return parts.map(({ part, version, origin, note }) => ({ part, version, origin, note }));
}

export function modelProvenance(model: PreparedModel): NonNullable<Provenance["model"]> {
  return {
    name: model.name,
    digest: model.digest,
    licence: model.licence,
    synthetic: model.synthetic,
    ...(model.simulated === undefined ? {} : { simulated: model.simulated }),
    note: model.note,
  };
}
