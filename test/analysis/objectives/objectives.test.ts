import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { analyse } from "../../../analysis/analyse.ts";
import { reports, writeReports } from "../../../analysis/reports/formats/index.ts";
import { junitText } from "../../../analysis/reports/formats/junit.ts";
import { summaryText } from "../../../analysis/reports/formats/markdown.ts";
import { readSource } from "../../../analysis/reports/parts/source.ts";
import { reportModel } from "../../../analysis/reports/sections/report-model.ts";
import type { Analysis } from "../../../analysis/schema/analysis-result.ts";
import type { PlannedTrial } from "../../../analysis/schema/results-folder.ts";
import { verify } from "../../../analysis/verify.ts";
import { outageTrial } from "../../../bench/outage.ts";
import { type SimulatedTrial, writeResults } from "../../../bench/results-folder.ts";
import type { StudyInput } from "../../../workloads/spec/spec.ts";
import { evenStudy, evenTrial, freshDirectory } from "../study.ts";

async function analysed(
  study: StudyInput,
  trial: (planned: PlannedTrial) => SimulatedTrial | undefined,
): Promise<{ readonly directory: string; readonly analysis: Analysis }> {
  const directory = await freshDirectory();
  await writeResults(directory, study, trial as (planned: PlannedTrial) => SimulatedTrial);
  return { directory, analysis: await analyse(directory) };
}
const states = ({ objectives = [] }: Analysis) =>
  objectives.map(({ metric, scenario, variant, state }) => `${metric}/${scenario}/${variant}: ${state}`);

/** Six trials each: 40 to 45 ms for the slow one, half of it for the quick one. */
const times = ({ block, variant }: PlannedTrial) => (variant === "quick" ? 0.5 : 1) * (40 + block);

describe("objectives on trials whose every time is known", async () => {
  const objectives: StudyInput["objectives"] = [
    { metric: "p50", atMost: 30 },
    { metric: "p50", atMost: 42.5, variants: ["slow"] },
    { metric: "throughput", atLeast: 10 },
    { metric: "error-share", atMost: 0.1, variants: ["quick"], confidence: 0.9 },
    { metric: "p99", atMost: 1000, variants: ["quick"] },
  ];
  const { directory, analysis } = await analysed({ ...evenStudy, aa: false, objectives }, (trial) =>
    evenTrial(trial, times(trial)),
  );

  it("are met, missed or not shown by the extremes of six trials", () => {
    expect(states(analysis)).toEqual([
      "p50/steady/slow: missed",
      "p50/steady/quick: met",
      "p50/steady/slow: not shown",
      "throughput/steady/slow: met",
      "throughput/steady/quick: met",
      "error-share/steady/quick: met",
      "p99/steady/quick: not shown",
    ]);
    const [slow, quick] = analysis.objectives!;
    expect(slow).toMatchObject({ low: expect.closeTo(40, 9), high: expect.closeTo(45, 9), n: 6 });
    expect(quick!.value).toBeCloseTo(21.25, 9);
  });

  it("say what was asked, what was found, how sure that is and by how many", () => {
    expect(analysis.objectives!.map(({ sentence }) => sentence)).toEqual([
      "p50 of slow under steady load at most 30.0 ms: it is 42.5 ms, above 40.0 ms with 95 % confidence (6 trials).",
      "p50 of quick under steady load at most 30.0 ms: it is 21.3 ms, below 22.5 ms with 95 % confidence (6 trials).",
      "p50 of slow under steady load at most 42.5 ms: it is 42.5 ms, between 40.0 ms and 45.0 ms with 95 % confidence (6 trials).",
      "throughput of slow under steady load at least 10.0/s: it is 10.3/s, above 10.3/s with 95 % confidence (6 trials).",
      "throughput of quick under steady load at least 10.0/s: it is 10.3/s, above 10.3/s with 95 % confidence (6 trials).",
      expect.stringMatching(
        /^error-share of quick .* at most 10 %: it is 0 %, below \d\.\d+ % with 90 % confidence/,
      ),
      "p99 of quick under steady load at most 1.00 s: nothing is known with 95 % confidence (6 trials; 16 requests, 664 are needed).",
    ]);
  });

  it("stand in every report and are recomputed by verify", async () => {
    await writeReports(directory, analysis);
    const model = reportModel(await readSource(directory, analysis));
    const html = new JSDOM(reports.html.render(model)).window.document;
    for (const { sentence, state } of analysis.objectives!) {
      const link = [...html.querySelectorAll("#answer a")].find(
        ({ textContent }) => textContent === sentence,
      )!;
      const row = html.getElementById(link.getAttribute("href")!.slice(1));
      expect(row?.textContent).toContain(state);
    }
    const summary = summaryText(model).replaceAll(/\\(.)/g, "$1");
    expect(summary).toContain(analysis.objectives![1]!.sentence);
    expect(summary).not.toContain("](#");
    expect((await verify(directory)).flatMap(({ problems }) => problems)).toEqual([]);
  });

  it("are test results for a CI: one failure, two skipped, each with its sentence", () => {
    const xml = new JSDOM(junitText(analysis), { contentType: "text/xml" }).window.document;
    const suite = xml.querySelector("testsuite")!;
    const count = (name: string) => suite.getAttribute(name);
    expect([count("tests"), count("failures"), count("skipped")]).toEqual(["7", "1", "2"]);
    expect(suite.querySelectorAll("testcase")).toHaveLength(7);
    expect(suite.querySelector("failure")!.getAttribute("message")).toBe(analysis.objectives![0]!.sentence);
    const [first] = suite.querySelectorAll("testcase");
    expect(first!.getAttribute("name")).toBe("p50 of slow under steady load at most 30.0 ms");
  });
});

describe("an objective on a run that is not complete", () => {
  it("is not shown: read after every block, it would be met sooner or later", async () => {
    const objectives: StudyInput["objectives"] = [{ metric: "p50", atMost: 30, variants: ["quick"] }];
    const { analysis } = await analysed({ ...evenStudy, aa: false, objectives }, (trial) =>
      trial.block < 5 ? evenTrial(trial, times(trial)) : undefined,
    );
    expect(states(analysis)).toEqual(["p50/steady/quick: not shown"]);
    expect(analysis.objectives![0]!.sentence).toContain("the run is not complete");
  });
});

describe("an objective on a service that fails", () => {
  const objectives: StudyInput["objectives"] = [{ metric: "p50", atMost: 1000, variants: ["quick"] }];
  /** More than half of the requests, in so many of the six trials. */
  const failingIn = (trials: number) =>
    analysed({ ...evenStudy, aa: false, objectives }, (planned) => {
      const made = evenTrial(planned, 20);
      if (planned.variant !== "quick" || planned.block >= trials) return made;
      return {
        ...made,
        samples: made.samples.map((one) => ({ ...one, outcome: "http" as const, status: 503 })),
      };
    });

  it("is missed where every trial failed, and not shown where one did", async () => {
    const all = (await failingIn(6)).analysis.objectives![0]!;
    expect(all).toMatchObject({ state: "missed", value: null, low: null, high: null });
    expect(all.sentence).toContain(
      "it is beyond that with 95 % confidence (6 trials; overloaded or failed in 6 of 6)",
    );
    expect((await failingIn(1)).analysis.objectives![0]!.state).toBe("not shown");
  });
});

describe("objectives on recovery", async () => {
  const disruption = {
    kind: "worker-kill",
    injections: 2,
    firstAfterSeconds: 6,
    everySeconds: 24,
    settings: {},
  };
  const study: StudyInput = {
    name: "recovery",
    description: "Scripted outages: every figure follows.",
    baseline: "single",
    variants: ["double", "unsupervised"],
    scenarios: [
      {
        name: "kill",
        description: "worker-kill, twice a trial",
        arrival: { kind: "exponential" },
        rate: { perSecond: 50 },
        durationSeconds: 54,
        payload: "none",
        disruption,
      },
    ],
    blocks: 6,
    aa: false,
    slo: { responseMs: 300 },
    warmupSeconds: 1,
    underpowered: "warn",
    objectives: [
      { metric: "time-to-sustained", atMost: 3000 },
      { metric: "time-to-sustained", atMost: 3000, injectionShare: 0.5, variants: ["double", "single"] },
      { metric: "time-to-sustained", atMost: 3000, injectionShare: 0.9, variants: ["double"] },
    ],
  };
  const backMs = { single: 4000, double: 1000, unsupervised: Number.POSITIVE_INFINITY } as Record<
    string,
    number
  >;
  const { analysis } = await analysed(study, ({ variant, seed }) =>
    outageTrial({
      arrival: { kind: "exponential" },
      ratePerSecond: 50,
      durationSeconds: 55,
      serviceMs: 10,
      seed,
      warmupSeconds: 1,
      disruption,
      replicas: variant === "double" ? 2 : 1,
      outage: { kind: "refuse", forMs: () => backMs[variant]! },
    }),
  );

  it("judge the median, in which one that never came back is beyond every limit", () => {
    expect(states(analysis).slice(0, 3)).toEqual([
      "time-to-sustained/kill/single: missed",
      "time-to-sustained/kill/double: met",
      "time-to-sustained/kill/unsupervised: missed",
    ]);
  });

  it("judge the share of injections, and say how many it takes to show it", () => {
    expect(states(analysis).slice(3)).toEqual([
      "time-to-sustained/kill/single: missed",
      "time-to-sustained/kill/double: met",
      "time-to-sustained/kill/double: not shown",
    ]);
    expect(analysis.objectives!.at(-1)!.sentence).toContain(
      "at least 29 trials with an injection are needed, all within the limit",
    );
  });
});
