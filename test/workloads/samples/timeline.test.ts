import { describe, expect, it } from "vitest";
import { timelineFile } from "../../../workloads/samples/timeline.ts";

const injection = {
  index: 0,
  intendedMs: 2_000,
  startedMs: 2_001,
  injectedMs: 2_002,
  undoneMs: null,
  steadyBefore: true,
  subject: "process 4711",
  mechanism: "SIGKILL",
  error: "",
};
const timeline = {
  schemaVersion: 1,
  disruption: "worker-kill",
  replicas: 1,
  injections: [injection],
  events: [{ atMs: 2_003, source: "process", kind: "exited", subject: "process 4711", statedAt: "" }],
};

describe("a timeline", () => {
  it("is read as it was written", () => {
    expect(timelineFile.parse(JSON.parse(JSON.stringify(timeline)))).toEqual(timeline);
  });

  it("with a key that nobody knows is refused", () => {
    expect(timelineFile.safeParse({ ...timeline, comment: "" }).success).toBe(false);
  });

  it("with an injection that was never begun says so by null, not by a missing field", () => {
    const { startedMs: _, ...without } = injection;
    expect(timelineFile.safeParse({ ...timeline, injections: [without] }).success).toBe(false);
    const never = { ...injection, startedMs: null, injectedMs: null };
    expect(timelineFile.safeParse({ ...timeline, injections: [never] }).success).toBe(true);
  });
});
