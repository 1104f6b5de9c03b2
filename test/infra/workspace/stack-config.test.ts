import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { writeWhole } from "../../../files/whole-file.ts";
import { configuredModel, readConfig, writeConfig } from "../../../infra/workspace/stack-config.ts";

const stack = "process.onnx";
const folder = () => mkdtempSync(join(tmpdir(), "stack-config-"));
const written = (at: string) => readFileSync(join(at, `Pulumi.${stack}.yaml`), "utf8");

/** As the engine hands it to the program: strings, with the defaults of `Pulumi.yaml` for keys that are not set. */
function asEngine(set: Readonly<Record<string, string>> = {}) {
  const declared = parse(readFileSync("Pulumi.yaml", "utf8")).config as Record<string, { default: unknown }>;
  const values = Object.fromEntries(
    Object.entries(declared).map(([key, { default: value }]) => [key, set[key] ?? String(value)]),
  );
  return {
    get: (key: string) => values[key],
    getBoolean: (key: string) => (values[key] === undefined ? undefined : values[key] === "true"),
    getNumber: (key: string) => (values[key] === undefined ? undefined : Number(values[key])),
  };
}

it("a stack that was told nothing has its service's own model, stages and limit", () => {
  expect(readConfig(asEngine())).toEqual({ model: undefined, stages: false, startSeconds: undefined });
});

it("Pulumi.yaml declares every key that the program reads, and no other", () => {
  const asked: string[] = [];
  const note = (key: string) => {
    asked.push(key);
    return undefined;
  };
  readConfig({ get: note, getBoolean: note, getNumber: note });
  expect(Object.keys(parse(readFileSync("Pulumi.yaml", "utf8")).config)).toEqual(asked);
});

it("what is written is read again, and a key that is not given stays", async () => {
  const at = folder();
  await writeConfig(at, stack, { model: "tiny", stages: true, startSeconds: 90 });
  await writeConfig(at, stack, { model: "minilm" });
  const { config } = parse(written(at)) as { config: Record<string, string> };
  const set = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.split(":")[1]!, String(value)]),
  );
  expect(readConfig(asEngine(set))).toEqual({ model: "minilm", stages: true, startSeconds: 90 });
  expect(await configuredModel(at, stack)).toBe("minilm");
});

it("undefined removes a key; the salt of the secrets and keys of other projects stay", async () => {
  const at = folder();
  const others = "encryptionsalt: v1:abc\nconfig:\n  kubernetes:context: lab\n";
  await writeWhole(join(at, `Pulumi.${stack}.yaml`), others);
  await writeConfig(at, stack, { model: "tiny", stages: false });
  expect(written(at)).toContain("serving-testbed:model: tiny");
  await writeConfig(at, stack, { model: undefined });
  expect(parse(written(at))).toEqual(parse(others));
  expect(await configuredModel(at, stack)).toBeUndefined();
});

it("nothing to write makes no file", async () => {
  const at = folder();
  await writeConfig(at, stack, { model: undefined, stages: false });
  expect(() => written(at)).toThrow(/ENOENT/);
});
