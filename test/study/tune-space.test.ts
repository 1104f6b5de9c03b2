import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { variants } from "../../infra/variants/index.ts";
import { checkLocalVariant, localVariants } from "../../infra/variants/local.ts";
import { candidatesOf, defaultSpace } from "../../study/tune-space.ts";

it("the grid is whole, but for what has more inference threads than cores", () => {
  const found = candidatesOf(variants.optimized, defaultSpace, 2);
  expect(found).toHaveLength(12);
  expect(found.every(({ variant }) => variant.workers * variant.batching!.streams <= 2)).toBe(true);
  expect(found[0]!.settings).toBe("workers 1, streams 1, maxSize 8, lengthBuckets true");
  expect(candidatesOf(variants.optimized, defaultSpace, 4)).toHaveLength(16);
});

it("what a variant's schema refuses is no candidate, and a tolerance is never widened", () => {
  const found = candidatesOf(variants["adaptive-batching"], { streams: [1, 2] }, 8);
  expect(found.map(({ settings }) => settings)).toEqual(["streams 1"]);
  expect(found[0]!.variant.tolerance).toEqual(variants["adaptive-batching"].tolerance);
});

it("a variant in a file of the checkout is read; a damaged one is told when it is asked for", async () => {
  const folder = await mkdtemp(join(tmpdir(), "variants-"));
  await writeFile(join(folder, "tuned.json"), JSON.stringify({ variant: variants.optimized }));
  await writeFile(
    join(folder, "broken.json"),
    JSON.stringify({ variant: { ...variants.optimized, workers: 0 } }),
  );
  expect(localVariants(folder)).toEqual({ tuned: variants.optimized });
  expect(() => checkLocalVariant("tuned", folder)).not.toThrow();
  expect(() => checkLocalVariant("broken", folder)).toThrowError(
    expect.objectContaining({
      kind: "badInput",
      problems: [expect.objectContaining({ path: "variant.workers" })],
    }),
  );
});

it("spins only where there are several threads to wait for each other", () => {
  const found = candidatesOf(variants["int8-threads"], { threads: [1, 2], spinning: [true, false] }, 2);
  expect(found.map(({ settings }) => settings)).toEqual([
    "threads 1, spinning false",
    "threads 2, spinning true",
    "threads 2, spinning false",
  ]);
});
