import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { wasPrepared } from "../../../infra/models/index.ts";
import { toolchainLacks } from "../../../infra/toolchain/index.ts";
import { pulumiCacheKeys } from "../../../infra/toolchain/pulumi.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lacks-"));
  // No Pulumi of this machine's own.
  vi.stubEnv("PULUMI_HOME", root);
});
afterEach(() => vi.unstubAllEnvs());

const named = async () => (await toolchainLacks({ python: true }, root)).map(({ what }) => what);

it("with an empty cache, set-up has an engine and a Python environment to make, and each says why and how long", async () => {
  vi.stubEnv("PATH", "");
  expect(await named()).toEqual(["the Pulumi engine", "the Python environment"]);
  for (const { why, minutes } of await toolchainLacks({ python: true }, root)) {
    expect(why).not.toBe("");
    expect(minutes).toBeGreaterThan(0);
  }
});

it("a service with an environment of its own asks for the engine alone", async () => {
  vi.stubEnv("PATH", "");
  expect((await toolchainLacks({ python: false }, root)).map(({ what }) => what)).toEqual([
    "the Pulumi engine",
  ]);
});

it("an engine in the cache is not made again", async () => {
  vi.stubEnv("PATH", "");
  mkdirSync(join(root, pulumiCacheKeys()["go modules"]));
  expect(await named()).toEqual(["the Python environment"]);
});

it("a model counts as prepared where its own folder is there, and not where another one's or a draft is", () => {
  expect(wasPrepared("tiny", join(root, "none"))).toBe(false);
  for (const name of [
    "model-tiny-xl-synthetic-0123456789abcdef",
    "model-tiny-synthetic-0123456789abcdef.draft",
  ])
    mkdirSync(join(root, name));
  expect(wasPrepared("tiny", root)).toBe(false);
  mkdirSync(join(root, "model-tiny-synthetic-0123456789abcdef"));
  expect(wasPrepared("tiny", root)).toBe(true);
});
