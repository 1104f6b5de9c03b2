import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { builtInService, loadService } from "../../../infra/services/index.ts";
import { keptProblems } from "../../../infra/services/workspace-variants.ts";
import { variants } from "../../../infra/variants/index.ts";
import { localProblems, localVariants } from "../../../infra/variants/local.ts";
import { variantProblems } from "../../../study/spec/catalog.ts";
import { candidatesOf, defaultSpaceOf, spaceProblems } from "../../../study/tune/tune-space.ts";

const sentiment = builtInService();

it("the grid is whole, but for what has more inference threads than cores", () => {
  const space = defaultSpaceOf(sentiment);
  expect(space).toEqual({
    workers: [1, 2],
    batchMaxSize: [8, 32],
    lengthBuckets: [true, false],
    streams: [1, 2],
  });
  const found = candidatesOf(sentiment, "optimized", space, 2);
  expect(found).toHaveLength(12);
  expect(found.every(({ choice }) => Number(choice.workers) * Number(choice.streams) <= 2)).toBe(true);
  expect(found[0]!.settings).toBe("workers 1, batchMaxSize 8, lengthBuckets true, streams 1");
  expect(candidatesOf(sentiment, "optimized", space, 4)).toHaveLength(16);
});

it("what the service refuses is no candidate, and how far answers may be is never widened", () => {
  const found = candidatesOf(sentiment, "adaptive-batching", { streams: [1, 2] }, 8);
  expect(found.map(({ settings }) => settings)).toEqual(["streams 1"]);
  expect(found[0]!.choice.agreement).toEqual(sentiment.spec.variants["adaptive-batching"]!.agreement);
});

it("a setting without a meaning beside the others makes no second candidate", () => {
  expect(candidatesOf(sentiment, "onnx", { streams: [1, 2, 4] }, 8)).toHaveLength(1);
});

it("a service of the user's own is searched over every short list, or over what its settings name", async () => {
  const folder = await mkdtemp(join(tmpdir(), "space-"));
  const service = (mode: object) =>
    JSON.stringify({
      name: "own",
      run: { kind: "command", command: ["node", "s.mjs", "{port}"] },
      settings: {
        workers: { type: "integer", default: 1, minimum: 1, maximum: 4, to: { environment: "WORKERS" } },
        mode: { type: "enum", values: ["a", "b"], default: "a", to: { argument: "--mode={value}" }, ...mode },
        note: { type: "string", default: "", to: { environment: "NOTE" } },
      },
      ask: {},
    });
  await writeFile(join(folder, "every.json"), service({}));
  await writeFile(join(folder, "named.json"), service({ tune: ["b"] }));
  const every = await loadService(join(folder, "every.json"));
  expect(defaultSpaceOf(every)).toEqual({ workers: [1, 2, 4], mode: ["a", "b"] });
  expect(defaultSpaceOf(await loadService(join(folder, "named.json")))).toEqual({ mode: ["b"] });
  expect(spaceProblems(every, { workers: [1, 9], colour: ["red"] })).toEqual([
    { path: "--space.workers[1]", expected: "a whole number from 1 to 4", got: "9" },
    { path: "--space.colour[0]", expected: "a setting: workers, mode, note", got: '"red"' },
  ]);
});

it("a variant in a file of the checkout is read; a damaged one is told when it is asked for", async () => {
  const folder = await mkdtemp(join(tmpdir(), "variants-"));
  await writeFile(join(folder, "tuned.json"), JSON.stringify({ variant: variants.optimized }));
  await writeFile(
    join(folder, "broken.json"),
    JSON.stringify({ variant: { ...variants.optimized, workers: 0 } }),
  );
  expect(localVariants(folder)).toEqual({ tuned: variants.optimized });
  expect(localProblems("tuned", folder)).toEqual([]);
  const path = join(folder, "broken.json");
  expect(localProblems("broken", folder)).toEqual([
    expect.objectContaining({ path: `${path}: variant.workers` }),
  ]);
  const known = { variants: ["optimized"], damaged: (name: string) => localProblems(name, folder) };
  expect(variantProblems("variants[0]", "broken", known)).toEqual(localProblems("broken", folder));
  expect(variantProblems("variants[0]", "nowhere", known)).toEqual([
    { path: "variants[0]", expected: "one of optimized", got: "nowhere" },
  ]);
});

it("and so is one that `tune` has kept, whether it is no JSON or outside its service's space", async () => {
  const folder = await mkdtemp(join(tmpdir(), "variants-"));
  const { spec } = sentiment;
  await writeFile(join(folder, "sentiment.cut.json"), '{"choice":');
  await writeFile(join(folder, "sentiment.outside.json"), JSON.stringify({ choice: { workers: 0 } }));
  const [cut] = keptProblems(spec, "cut", folder);
  expect(cut).toMatchObject({ path: `${join(folder, "sentiment.cut.json")}: (whole file)` });
  const [outside] = keptProblems(spec, "outside", folder);
  expect(outside).toMatchObject({
    path: `${join(folder, "sentiment.outside.json")}: choice.workers`,
    got: "0",
  });
  expect(keptProblems(spec, "nowhere", folder)).toEqual([]);
});

it("spins only where there are several threads to wait for each other", () => {
  const found = candidatesOf(sentiment, "int8-threads", { threads: [1, 2], spinning: [true, false] }, 2);
  expect(found.map(({ settings }) => settings)).toEqual([
    "threads 1, spinning false",
    "threads 2, spinning true",
    "threads 2, spinning false",
  ]);
});
