/** What a result outside a study says of where it comes from: the same facts as a study's manifest, from the same places. */
import { z } from "zod";
import { manifestFile } from "../analysis/folder.ts";
import packageJson from "../package.json" with { type: "json" };
import { machine, source } from "./origin.ts";
import type { Workbench } from "./setup.ts";

const { source: sourceShape, machine: machineShape, toolchain, model } = manifestFile.shape;

export const provenance = z.strictObject({
  testbedVersion: z.string(),
  createdAt: z.string(),
  target: z.string(),
  source: sourceShape,
  machine: machineShape,
  toolchain,
  /** Null for a service that was running already. */
  model: model.nullable(),
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
    toolchain: (workbench?.toolchain.parts ?? []).map(({ part, version, origin, note }) => ({
      part,
      version,
      origin,
      note,
    })),
    model:
      model === undefined
        ? null
        : {
            name: model.name,
            digest: model.digest,
            licence: model.licence,
            synthetic: model.synthetic,
            ...(model.simulated === undefined ? {} : { simulated: model.simulated }),
            note: model.note,
          },
  };
}
