import { describe, expect, it } from "vitest";
import { schedulesAt, schedulesText } from "../../../study/plan/earlier-capacity-check.ts";
import { loadStudy } from "../../../study/spec/study-file.ts";

const run = "2026-04-20T10-00-00Z";
const textAt = async (name: string, capacityPerSecond: number | undefined, lengthen?: boolean) => {
  const loaded = (await loadStudy(name)).study;
  const study = lengthen === undefined ? loaded : { ...loaded, lengthen };
  const earlier = capacityPerSecond === undefined ? undefined : { run, capacityPerSecond };
  return schedulesText(study, schedulesAt(earlier, study)).join("\n");
};

describe("a plan says of its schedules", () => {
  it("nothing before a capacity was measured", async () => {
    expect(await textAt("smoke", undefined)).toMatch(/unknown before the capacity is measured/);
  });

  it("that they have requests enough at the capacity of an earlier run", async () => {
    expect(await textAt("smoke", 100)).toBe(
      `At the 100.0/s that run ${run} measured, every block has enough requests for a p50.`,
    );
  });

  it("that a slow machine makes them longer, where the study lets it", async () => {
    const text = await textAt("smoke", 4);
    expect(text).toMatch(
      /At 4\.0\/s of capacity 3 s of bursty load are too short: its trials take \d+ s in this run/,
    );
    expect(text).toMatch(/every block has enough requests/);
  });

  it("and else what the run would refuse, in place of an error", async () => {
    const text = await textAt("smoke", 4, false);
    expect(text).toMatch(/At the 4\.0\/s that run .* measured the run would be refused:/);
    expect(text).toMatch(/scenarios\[1\]: duration: expected at least \d+ s/);
  });
});
