import { expect, it } from "vitest";
import { interruptSignal } from "../../../study/terminal/interrupt.ts";

it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s is an interruption, once, and only while listened for",
  (name) => {
    const said: string[] = [];
    const before = process.listenerCount(name);
    const { signal, release } = interruptSignal((line) => said.push(line));
    process.emit(name, name);
    expect(signal.aborted).toBe(true);
    process.emit(name, name);
    expect(said).toEqual([
      `${name}: finishing cleanly and tearing down ...`,
      "Still tearing down; please wait.",
    ]);
    release();
    expect(process.listenerCount(name)).toBe(before);
  },
);
