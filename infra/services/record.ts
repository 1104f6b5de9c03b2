/**
 * Which service file a stack belongs to, for Pulumi programs to read: `.testbed/service-files/<name>.json`. Each
 * command that brings up a variant writes it, so that `pulumi up` by hand does the same. It contains no values of
 * headers or of the environment.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { TestbedError } from "../../errors/errors.ts";
import { writeWhole } from "../../files/whole-file.ts";
import { type ProbeRequest, probeRequest } from "../plugin/kinds/process/ready-probe.ts";
import { privateFolder } from "../workspace/paths.ts";
import { isBuiltIn } from "./built-in.ts";
import { serviceSpec, variantName, variantSpec } from "./definition/service.ts";
import { loadService, type Service, withChoices } from "./load.ts";

const record = z.strictObject({
  /** Null for a built-in service. */
  file: z.string().nullable(),
  folder: z.string(),
  digest: z.string(),
  spec: serviceSpec.nullable(),
  /** Variants that a study or a search has added. */
  choices: z.record(variantName, variantSpec),
  /** Interpreter of its own environment; null where it has none. */
  python: z.string().nullable(),
  /** A request of its load; null where none is to be sent before it counts as ready, or its body is too large to be kept here. */
  probe: probeRequest.nullable(),
});

export interface Found {
  readonly python?: string | undefined;
  readonly probe?: ProbeRequest | undefined;
}

export interface Recorded extends Found {
  readonly service: Service;
}

/** @param found by set-up */
export async function recordService(service: Service, { python, probe }: Found = {}): Promise<void> {
  const { spec, folder, file = null, digest, own } = service;
  const known = own === undefined ? {} : (await loadService(spec.name)).spec.variants;
  const choices = Object.fromEntries(
    Object.entries(spec.variants).filter(([name]) => own !== undefined && !Object.hasOwn(known, name)),
  );
  const content: z.infer<typeof record> = {
    ...{ file, folder, digest, spec: own === undefined ? spec : null, choices },
    python: python ?? null,
    probe: probe ?? null,
  };
  await writeWhole(pathOf(spec.name), `${JSON.stringify(content, null, 2)}\n`);
}

/** @throws TestbedError where nothing is known of such a service */
export async function recordedService(name: string): Promise<Recorded> {
  const parsed = record.safeParse(
    await readFile(pathOf(name), "utf8")
      .then(JSON.parse)
      .catch(() => undefined),
  );
  if (isBuiltIn(name)) {
    const ours = await loadService(name);
    const choices = Object.entries(parsed.data?.choices ?? {}).filter(
      ([one]) => !Object.hasOwn(ours.spec.variants, one),
    );
    return { service: withChoices(ours, Object.fromEntries(choices)) };
  }
  if (!parsed.success || parsed.data.spec === null) {
    throw new TestbedError("badInput", `the service ${name} is unknown`, {
      hint: "npx testbed up <target>.<service>.<variant> --service <file> names its file.",
    });
  }
  const { spec, folder, file, digest, python, probe } = parsed.data;
  return {
    service: { spec, folder, digest, ...(file === null ? {} : { file }) },
    ...(python === null ? {} : { python }),
    ...(probe === null ? {} : { probe }),
  };
}

function pathOf(name: string): string {
  return join(privateFolder, "service-files", `${name}.json`);
}
