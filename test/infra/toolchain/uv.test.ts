import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { uvVersion } from "../../../infra/toolchain/python.ts";

it("uv is the one version whose files have their digests in this repository, and nothing comes with it", () => {
  const text = readFileSync(new URL("../../../infra/toolchain/uv.lock", import.meta.url), "utf8");
  const [pin, ...hashes] = text
    .trim()
    .split("\n")
    .map((line) => line.replace(/ \\$/, "").trim());
  expect(pin).toBe(`uv==${uvVersion}`);
  expect(hashes.length).toBeGreaterThan(10);
  for (const hash of hashes) expect(hash).toMatch(/^--hash=sha256:[0-9a-f]{64}$/);
});
