/**
 * The settings that determine a deployment besides its address, as stack configuration. `Pulumi.yaml` declares each key
 * with its type and default; `testbed` and `pulumi config set` write the same file, so that a bare `pulumi up`
 * redeploys what is up.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Document, parseDocument } from "yaml";
import { writeWhole } from "../../files/whole-file.ts";

export interface StackConfig {
  /** Of a service that has a choice of models; its usual one where it is left out. */
  readonly model: string | undefined;
  /** Answers tell their stages, whatever the variant says. */
  readonly stages: boolean;
  /** How long a start may take, in seconds; as the service says where it is left out. */
  readonly startSeconds: number | undefined;
}

/** The project's name in `Pulumi.yaml`, which prefixes its keys. */
const project = "serving-testbed";

/** Of `pulumi.Config`, what is used. */
export interface ConfigKeys {
  get(key: string): string | undefined;
  getBoolean(key: string): boolean | undefined;
  getNumber(key: string): number | undefined;
}

/** Empty and zero stand for "left out": Pulumi has no optional key. */
export function readConfig(config: ConfigKeys): StackConfig {
  return {
    model: config.get("model") || undefined,
    stages: config.getBoolean("stages") ?? false,
    startSeconds: config.getNumber("startSeconds") || undefined,
  };
}

/** Sets the keys that are given in the stack's file, and removes those that are undefined; the others stay. */
export async function writeConfig(folder: string, stack: string, given: Partial<StackConfig>): Promise<void> {
  const path = fileOf(folder, stack);
  const before = existsSync(path) ? await readFile(path, "utf8") : "";
  const settings = before === "" ? new Document({}) : parseDocument(before);
  let changed = false;
  for (const [key, value] of Object.entries(given)) {
    const at = ["config", `${project}:${key}`];
    const wanted = value === undefined || value === false ? undefined : String(value);
    if (settings.getIn(at) === wanted) continue;
    if (wanted === undefined) settings.deleteIn(at);
    else settings.setIn(at, wanted);
    changed = true;
  }
  if (changed) await writeWhole(path, String(settings));
}

/** The model that the stack's file names. */
export async function configuredModel(folder: string, stack: string): Promise<string | undefined> {
  const path = fileOf(folder, stack);
  if (!existsSync(path)) return undefined;
  const model = parseDocument(await readFile(path, "utf8")).getIn(["config", `${project}:model`]);
  return typeof model === "string" && model !== "" ? model : undefined;
}

function fileOf(folder: string, stack: string): string {
  return join(folder, `Pulumi.${stack}.yaml`);
}
