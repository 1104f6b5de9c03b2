import { expect, it } from "vitest";
import { exitCodes } from "../../errors.ts";
import { printError } from "../../study/print.ts";

it.each([
  [
    "a write",
    Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", path: "/r/x" }),
  ],
  ["a database's own words", new Error("IO Error: Could not write: No space left on device")],
  [
    "a cause",
    new Error("the samples were not kept", { cause: Object.assign(new Error("x"), { code: "ENOSPC" }) }),
  ],
])("a full disk is one clear error with a way on, found in %s", (_, error) => {
  let text = "";
  expect(printError(error, { write: (part) => (text += part) })).toBe(exitCodes.runFailed);
  expect(text).toMatch(/the disk is full[\s\S]*--resume/);
  expect(text).not.toMatch(/\n\s+at /);
});

it("another error is not taken for one", () => {
  expect(printError(new Error("no room"), { write: () => true })).toBe(exitCodes.bug);
});
