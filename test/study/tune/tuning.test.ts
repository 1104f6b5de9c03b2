import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { schemaVersion } from "../../../analysis/schema/results-folder.ts";
import { builtInService } from "../../../infra/services/index.ts";
import type { ServiceCapacity } from "../../../study/capacity/service-capacity.ts";
import { tuneCommand } from "../../../study/commands/tune.ts";
import { provenanceOf } from "../../../study/provenance/provenance.ts";
import { candidatesOf } from "../../../study/tune/tune-space.ts";
import { beginTuning, type KeptLook, resumeTuning, type TuningQuestion } from "../../../study/tune/tuning.ts";

const question: TuningQuestion = {
  base: "optimized",
  target: "process",
  model: "tiny",
  payload: "tweets",
  space: { batchMaxSize: [8, 32] },
  slo: { quantile: 0.99, responseMs: 500 },
  cv: 1,
  seconds: 10,
  mostSeconds: 120,
  tolerance: 0.1,
  seed: 1,
  name: "tuned",
};
const candidates = candidatesOf(builtInService(), "optimized", question.space, 2);

const capacity: ServiceCapacity = {
  cv: 1,
  slo: question.slo,
  estimate: { value: 100, low: 90, high: 110, level: 0.95 },
  place: "inside",
  stoppedBy: "probes",
  tolerance: 0.1,
  range: { lowest: 1, highest: 150 },
  idleMs: 5,
  ceiling: { perSecond: 100, connections: 64 },
  probes: [],
  servers: 1,
  serviceMeanMs: 20,
  relaxationSeconds: 2,
  doubts: [],
  sentence: "as the search says it",
};

function lookAt(candidate: number): KeptLook {
  const { name, settings } = candidates[candidate]!;
  return { round: 0, candidate: name, settings, capacity };
}

const folder = () => mkdtemp(join(tmpdir(), "tune-"));

it("a search that was stopped goes on with the looks it had, and with what was asked then", async () => {
  const root = await folder();
  const begun = await beginTuning({ question, candidates }, "2026-04-20T10-15-00Z", root);
  expect(await readdir(root)).toEqual([]);
  await begun.keep(lookAt(0));
  await begun.keep(lookAt(1));
  const again = await resumeTuning(undefined, root);
  expect(again).toMatchObject({ question, candidates, looks: [lookAt(0), lookAt(1)], path: begun.path });
});

it("the newest one is taken where none is named, and a finished one is none", async () => {
  const root = await folder();
  const [older, newer] = await Promise.all(
    ["2026-04-20T10-15-00Z", "2026-04-21T10-15-00Z"].map((run) =>
      beginTuning({ question, candidates }, run, root),
    ),
  );
  await older!.keep(lookAt(0));
  await newer!.keep(lookAt(1));
  expect((await resumeTuning(undefined, root)).path).toBe(newer!.path);
  const { file } = await newer!.finish({
    schemaVersion,
    question,
    rounds: [4],
    looks: [lookAt(1)],
    winner: { candidate: candidates[1]!.name, choice: candidates[1]!.choice },
    tied: [],
    provenance: await provenanceOf("process"),
  });
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ question, looks: [lookAt(1)] });
  expect((await resumeTuning(undefined, root)).path).toBe(older!.path);
  await expect(resumeTuning(undefined, await folder())).rejects.toMatchObject({ kind: "badInput" });
});

it("looks of another commit or machine are not ranked with new ones", async () => {
  const root = await folder();
  const begun = await beginTuning({ question, candidates }, "run", root);
  await begun.keep(lookAt(0));
  const file = JSON.parse(await readFile(begun.path, "utf8"));
  file.source.commit = "0123abc";
  file.machine.cores += 2;
  await writeFile(begun.path, JSON.stringify(file));
  await expect(resumeTuning(begun.path, root)).rejects.toMatchObject({
    kind: "badInput",
    problems: [{ path: "commit", expected: "0123abc" }, { path: "cores" }],
  });
});

it("what else is asked beside --resume is refused, not passed over", async () => {
  await expect(
    tuneCommand.run(["onnx"], { resume: true, sloP99Ms: "100", json: true }),
  ).rejects.toMatchObject({
    kind: "badInput",
    problems: [
      { path: "variant", expected: "left out", got: "onnx" },
      { path: "--slo-p99-ms", expected: "left out", got: "100" },
    ],
  });
});
