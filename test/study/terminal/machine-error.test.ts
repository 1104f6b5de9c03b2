import { expect, it } from "vitest";
import { exitCodes, TestbedError } from "../../../errors/errors.ts";
import { printError } from "../../../study/terminal/print.ts";

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

it.each([
  ["EACCES", "mkdir", "/nonexistent"],
  ["EROFS", "open", "/r/analysis.json"],
  ["ENOTDIR", "mkdir", "/file/cache"],
  ["EEXIST", "mkdir", "/file"],
])("%s is told with its path and what to do, not as a bug", (code, syscall, path) => {
  let text = "";
  const error = Object.assign(new Error(`${code}: ${syscall} '${path}'`), { code, syscall, path });
  expect(printError(error, { write: (part) => (text += part) })).toBe(exitCodes.badInput);
  expect(text).toContain(path);
  expect(text).not.toMatch(/bug|\n\s+at /);
});

it("an error that was told well already keeps its words, whatever caused it", () => {
  let text = "";
  const cause = Object.assign(new Error("EACCES"), { code: "EACCES" });
  printError(new TestbedError("badInput", "no samples there", { cause }), {
    write: (part) => (text += part),
  });
  expect(text).toContain("no samples there");
});

it("what a terminal would obey is shown and not sent", () => {
  let text = "";
  printError(new TestbedError("badInput", "study \u001b[2Jx\u0007 is not valid"), {
    write: (part) => (text += part),
  });
  expect(text).toContain("study \\u001b[2Jx\\u0007 is not valid");
});
