import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { onParentExit } from "../../../study/terminal/parent-watch.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched(environment: NodeJS.ProcessEnv) {
  let parent = 41;
  let lost = 0;
  const end = onParentExit(
    () => lost++,
    () => parent,
    environment,
  );
  return {
    end,
    orphan() {
      parent = 1;
      vi.advanceTimersByTime(5_000);
    },
    times: () => lost,
  };
}

it("a command that npm started is told once that its starter is gone", () => {
  const watch = watched({ npm_command: "exec" });
  vi.advanceTimersByTime(5_000);
  expect(watch.times()).toBe(0);
  watch.orphan();
  expect(watch.times()).toBe(1);
});

it("a command that was started by hand may outlive its shell", () => {
  const watch = watched({});
  watch.orphan();
  expect(watch.times()).toBe(0);
});

it("nobody is told after the end of the watch", () => {
  const watch = watched({ npm_command: "run-script" });
  watch.end();
  watch.orphan();
  expect(watch.times()).toBe(0);
});
