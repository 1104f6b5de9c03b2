import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect, it } from "vitest";
import { phaseRecorder } from "../../bench/provision/phases.ts";

const before = (type: string) => ({ resourcePreEvent: { metadata: { type } } }) as unknown as EngineEvent;
const after = (type: string) => ({ resOutputsEvent: { metadata: { type } } }) as unknown as EngineEvent;

it("the phases of an up follow each other without a gap, and sum up to the whole", () => {
  let nowMs = 0;
  const recorder = phaseRecorder(() => nowMs);
  const at = (ms: number, event: EngineEvent) => {
    nowMs = ms;
    recorder.onEvent(event);
  };
  at(1_000, before("testbed:k3s:Image"));
  at(3_000, before("kubernetes:core/v1:Namespace"));
  at(3_500, before("kubernetes:apps/v1:Deployment"));
  at(3_600, after("kubernetes:core/v1:Namespace"));
  at(9_500, after("kubernetes:apps/v1:Deployment"));
  at(10_000, after("kubernetes:core/v1:Service"));
  nowMs = 11_000;
  const { total, ...phases } = recorder.end();
  expect(phases).toEqual({ start: 3, before: 0.5, deployment: 6, after: 0.5, end: 1 });
  expect(total).toBe(11);
});
