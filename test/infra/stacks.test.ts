import { expect, it } from "vitest";
import { diagnostics } from "../../infra/stacks.ts";

const output = `Updating (process.onnx):
@ updating....
 +  testbed:process:Service onnx creating (4s) error: service process.onnx ended before it was ready
Diagnostics:
  testbed:process:Service (onnx):
    error: service process.onnx ended before it was ready; the end of its log:
    MemoryError

  pulumi:pulumi:Stack (serving-testbed-process.onnx):
    error: update failed

Resources:
    + 1 created
`;

it("of a failed engine run only what went wrong is told, each line once", () => {
  expect(diagnostics(output + output)).toEqual([
    "service process.onnx ended before it was ready; the end of its log:",
    "MemoryError",
  ]);
});

it("an engine that says nothing of the kind is quoted with its last words", () => {
  expect(diagnostics("error: no such stack\n")).toEqual(["no such stack"]);
});
