import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { analyse } from "../../../analysis/analyse.ts";
import { writeReports } from "../../../analysis/reports/formats/index.ts";
import type { PlannedTrial } from "../../../analysis/schema/results-folder.ts";
import { verify } from "../../../analysis/verify.ts";
import { outageTrial } from "../../../bench/outage.ts";
import { type SimulatedTrial, writeResults } from "../../../bench/results-folder.ts";
import { TestbedError } from "../../../errors/errors.ts";
import type { StudyInput } from "../../../workloads/spec/spec.ts";
import { isRounded, valueAt } from "../reports/pointer.ts";
import { freshDirectory } from "../study.ts";

const disruption = (kind: string) => ({
  kind,
  injections: 2,
  firstAfterSeconds: 6,
  everySeconds: 24,
  settings: {},
});
const scenario = (name: string) => ({
  name,
  description: `${name}, twice a trial`,
  arrival: { kind: "exponential" as const },
  rate: { perSecond: 50 },
  durationSeconds: 54,
  payload: "none",
  disruption: disruption(name),
});
const study: StudyInput = {
  name: "resilience",
  description: "Scripted outages: every figure follows.",
  baseline: "single",
  variants: ["double", "unsupervised"],
  scenarios: [scenario("no-op"), scenario("worker-kill")],
  blocks: 6,
  aa: false,
  slo: { responseMs: 300 },
  warmupSeconds: 1,
  underpowered: "warn",
};

/** A worker is back after 4 s + 0.1 s per block, with a second replica after 1 s + 0.1 s; unsupervised never. */
function trial({ scenario: name, variant, seed, block }: PlannedTrial): SimulatedTrial {
  const backMs = variant === "double" ? 1000 : variant === "single" ? 4000 : Number.POSITIVE_INFINITY;
  const simulated = outageTrial({
    arrival: { kind: "exponential" },
    ratePerSecond: 50,
    durationSeconds: 55,
    serviceMs: 10,
    seed,
    warmupSeconds: 1,
    disruption: disruption(name),
    replicas: variant === "double" ? 2 : 1,
    outage: { kind: name === "no-op" ? "none" : "refuse", forMs: () => backMs + 100 * block },
  });
  if (name !== "no-op" || block > 0) return simulated;
  // Late by more than 2 % of the median, and by less than 2 % of the SLO.
  const samples = simulated.samples.map((sample) => ({ ...sample, sentMs: sample.scheduledMs + 0.4 }));
  return { ...simulated, samples };
}

describe("a study of scripted outages", async () => {
  const directory = await freshDirectory();
  const settings = {
    single: { workers: 1 },
    double: { workers: 1, replicas: 2 },
    unsupervised: { workers: 1 },
  };
  await writeResults(directory, study, trial, { settings });
  const analysis = await analyse(directory);
  const { cells, injections } = analysis.recovery!;
  const cell = (name: string, variant: string) =>
    cells.find((one) => one.scenario === name && one.variant === variant)!;
  const paths = await writeReports(directory, analysis);

  it("keeps disrupted trials valid: an outage is no fault of the measurement", () => {
    const disrupted = analysis.trials.filter(({ scenario: name }) => name !== "no-op");
    expect(disrupted.flatMap(({ findings }) => findings)).toEqual([]);
    expect(disrupted.every(({ gates }) => gates.some(({ gate }) => gate === "accounting"))).toBe(true);
    expect(analysis.counts).toMatchObject({ planned: 36, valid: 33, saturated: 0 });
  });

  it("measures the recovery of a control whose generator was too late for a comparison of response times", () => {
    const late = analysis.trials.filter(({ valid }) => !valid);
    expect(late.flatMap(({ findings }) => findings.map(({ code }) => code))).toEqual(
      Array(3).fill("lateness"),
    );
    expect(late.every(({ scenario: name, block }) => name === "no-op" && block === 0)).toBe(true);
    expect(cell("no-op", "single").injections.measured).toBe(12);
  });

  it("finds the scripted time: the median of 4 to 4.5 s, and the next request after it", () => {
    const { median } = cell("worker-kill", "single").measures["time-to-sustained"]!;
    expect(median!.value).toBeGreaterThan(4250);
    expect(median!.value).toBeLessThan(4250 + 60);
    expect(median).toMatchObject({ n: 12, trials: 6, censored: 0, interval: "blocks" });
    expect(cell("worker-kill", "single").injections).toMatchObject({
      measured: 12,
      broken: 12,
      sustained: 12,
    });
  });

  it("has the control hold its level", () => {
    expect(cell("no-op", "single").injections).toMatchObject({ measured: 12, broken: 0 });
    expect(cell("no-op", "single").sentence).toMatch(
      /^no-op on single with 1 replica: the service level held through all 12 injections; of [\d,]+ requests ([\d,]+) were on time, 0 late, 0 failed and 0 lost\.$/,
    );
  });

  it("has the arm that never comes back censored once a trial, its second injections in no figure", () => {
    const never = cell("worker-kill", "unsupervised");
    expect(never.injections).toMatchObject({
      planned: 12,
      measured: 6,
      broken: 6,
      sustained: 0,
      excluded: 6,
    });
    expect(never.measures["time-to-sustained"]!.median).toMatchObject({ value: null, censored: 6 });
    expect(never.notYet).toEqual([]);
    expect(never.notes[0]).toBe(
      "6 injections excluded from the figures: never begun: the service was not steady again (6)",
    );
    expect(analysis.findings.map(({ code }) => code)).toContain("excluded-injections");
  });

  it("compares arms by blocks on the time to the sustained level, up to the shortest window", () => {
    const row = analysis.comparisons.find(({ id }) => id === "worker-kill/double/time-to-sustained")!;
    expect(row).toMatchObject({ role: "primary", n: 6, p: 2 / 64, superiority: 1 });
    expect(row.ratio!.value).toBeCloseTo(0.296, 1);
    const slow = analysis.comparisons.find(({ id }) => id === "worker-kill/unsupervised/time-to-sustained")!;
    expect(slow.pairs.every(({ treatment }) => treatment >= 12_000)).toBe(true);
  });

  it("compares a disrupted scenario on nothing else, and the control as any scenario", () => {
    const metrics = (name: string) =>
      new Set(analysis.comparisons.filter((row) => row.scenario === name).map(({ metric }) => metric));
    expect([...metrics("worker-kill")]).toEqual([
      "time-to-sustained",
      "late-requests",
      "failed-requests",
      "lost-requests",
      "goodput-deficit",
    ]);
    expect([...metrics("no-op")]).toContain("p50");
    const disrupted = analysis.cells.find((one) => one.scenario === "worker-kill")!;
    expect(disrupted.metrics.p50).toMatchObject({
      estimate: null,
      why: "disrupted: see the recovery section",
    });
    expect([disrupted.curve, disrupted.pooled]).toEqual([[], 0]);
  });

  it("speaks of scaling over replicas under the control, and under no disruption", () => {
    expect(new Set(analysis.scaling.map(({ scenario: name }) => name))).toEqual(new Set(["no-op"]));
  });

  it("accounts for every request of every injection", () => {
    for (const { account } of injections) {
      if (account === null) continue;
      expect(account.ok + account.late + account.failed + account.lost).toBe(account.offered);
    }
  });

  describe("its report", async () => {
    const html = new JSDOM(await readFile(paths.html!, "utf8")).window.document;
    const section = html.getElementById("recovery")!;

    it("prints only figures that analysis.json holds, rounded", async () => {
      const files = {
        "analysis.json": JSON.parse(await readFile(paths.json!, "utf8")),
        "plan.json": JSON.parse(await readFile(join(directory, "plan.json"), "utf8")),
      };
      const figures = [...section.querySelectorAll("data")];
      expect(figures.length).toBeGreaterThan(500);
      for (const figure of figures) {
        const at = figure.getAttribute("data-at")!;
        expect(
          isRounded(figure.textContent!, valueAt(files, at) as number),
          `${figure.textContent} at ${at}`,
        ).toBe(true);
      }
    });

    it("has the sentence of every cell, linked to its row, in HTML and Markdown", async () => {
      const markdown = (await readFile(paths.markdown!, "utf8")).replace(/\\(.)/g, "$1");
      for (const { sentence, variant } of cells) {
        const item = [...section.querySelectorAll("li")].find((one) => one.textContent === sentence)!;
        const row = html.getElementById(item.querySelector("a")!.getAttribute("href")!.slice(1));
        expect(row?.textContent).toContain(variant);
        expect(markdown).toContain(sentence.slice(sentence.indexOf(": ")));
      }
    });

    it("has a picture of each scenario, and the curve of those not yet back where one never was", () => {
      const charts = [...section.querySelectorAll("figure")].map(
        (one) => one.querySelector("figcaption")!.textContent!,
      );
      expect(charts).toHaveLength(3);
      expect(charts[1]).toMatch(
        /^worker-kill, median time to the sustained service level: single after 4,2\d\d ms; double after/,
      );
      expect(charts[2]).toMatch(/not yet restored/);
    });

    it("tells of the control in the sections of a steady service, and of no disrupted scenario", () => {
      const titles = ["Latency", "Throughput and goodput", "Where the time goes", "Block by block"];
      for (const title of titles) {
        const heading = [...html.querySelectorAll("h2")].find(({ textContent }) => textContent === title);
        const words = heading!.closest("section")!.textContent!;
        expect(words, title).toContain("no-op");
        // A trial's requests are counted whatever became of it, by its name.
        expect(words, title).not.toMatch(/(?<!-main-)worker-kill/);
      }
    });

    it("has every injection as rows of injections.csv", async () => {
      const rows = (await readFile(paths.injections!, "utf8")).trimEnd().split("\r\n");
      expect(rows.filter((row) => row.includes(",time-to-sustained,"))).toHaveLength(66);
      expect(
        rows.filter((row) => row.endsWith(",never begun: the service was not steady again,,,,,")),
      ).toHaveLength(6);
    });
  });

  it("is verified as it was written", async () => {
    expect((await verify(directory)).flatMap(({ problems }) => problems)).toEqual([]);
  });

  for (const [what, damage] of [
    [
      "changed",
      (path: string, text: string) => writeFile(path, text.replace('"replicas": ', '"replicas": 1')),
    ],
    ["removed", (path: string) => rm(path)],
  ] as const) {
    it(`is refused where a timeline was ${what}, and names it`, async () => {
      const name = `trials/${analysis.trials[0]!.id}/timeline.json`;
      const path = join(directory, name);
      const before = await readFile(path, "utf8");
      await damage(path, before);
      const error = await analyse(directory).catch((thrown: unknown) => thrown);
      await writeFile(path, before);
      expect(error).toBeInstanceOf(TestbedError);
      expect((error as TestbedError).problems.map((problem) => problem.path)).toEqual([name]);
    });
  }
});

it("a report of nothing but disruptions has no figures of a steady service, and the requests of every trial", async () => {
  const directory = await freshDirectory();
  await writeResults(directory, { ...study, scenarios: [scenario("worker-kill")], blocks: 2 }, trial);
  const analysis = await analyse(directory);
  const { html } = await writeReports(directory, analysis);
  const report = new JSDOM(await readFile(html!, "utf8")).window.document;
  const titles = [...report.querySelectorAll("h2")].map(({ textContent }) => textContent);
  for (const steady of ["Latency", "Where the time goes", "Block by block"])
    expect(titles).not.toContain(steady);
  const rows = [...report.querySelectorAll("#throughput tr")].map(({ textContent }) => textContent);
  for (const { id, counts } of analysis.trials)
    expect(rows.find((row) => row.startsWith(id))).toContain(counts.offered.toLocaleString("en"));
});
