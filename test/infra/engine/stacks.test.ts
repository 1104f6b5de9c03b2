import { getEventListeners } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { TestbedError } from "../../../errors/errors.ts";
import { diagnostics, engineError, progressOf, withLastWords } from "../../../infra/engine/engine-error.ts";
import { engineOptions, openStacks } from "../../../infra/engine/stacks.ts";
import type { Toolchain } from "../../../infra/toolchain/index.ts";

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

it("a service that failed is one problem, with the end of its log as it was written", () => {
  const { problems } = engineError("up", "process.onnx", new Error(output));
  expect(problems).toEqual([
    {
      path: "process.onnx",
      expected: "success",
      got: "service process.onnx ended before it was ready; the end of its log:\n    MemoryError",
    },
  ]);
});

it("an engine that says nothing of the kind is quoted with its last words", () => {
  expect(diagnostics("error: no such stack\n")).toEqual(["no such stack"]);
});

it("a failed stack tells the last words of what it started, unless the engine has quoted them or they are of another time", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "testbed-log-")), "process.onnx.log");
  await writeFile(path, "loading\nValueError: no such weights\n");
  const told = (since: number, said = "error: update failed to read a field") =>
    engineError("up", "process.onnx", new Error(said), { log: { path, since } }).problems;
  expect(told(0)).toMatchObject([
    { path: "process.onnx", expected: "success" },
    { path, expected: "no error", got: "loading\n    ValueError: no such weights" },
  ]);
  expect(told(Date.now() + 60_000).filter((problem) => problem.path === path)).toEqual([]);
  expect(told(0, `error: the end of its log (${path}):`).filter((problem) => problem.path === path)).toEqual(
    [],
  );
});

it("a failed stack's words are told without the secrets that its service was started with", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "testbed-log-")), "process.own.log");
  await writeFile(path, "connecting with s3cr3t-t0ken\nrefused\n");
  const quoted = new Error("Diagnostics:\n  x:\n    error: ended; it said Bearer s3cr3t-t0ken\n");
  const { problems } = engineError("up", "process.own", quoted, {
    log: { path, since: 0 },
    secrets: ["s3cr3t-t0ken"],
  });
  expect(problems.map(({ got }) => got)).toEqual([
    expect.stringContaining("it said Bearer ***"),
    "connecting with ***\n    refused",
  ]);
});

it("what is fetched of pods that did not come up is told with the rest, without secrets", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "testbed-log-")), "k3s.own.log");
  const failed = new TestbedError("provisionFailed", "pulumi up of k3s.own failed", {
    problems: [{ path: "k3s.own", expected: "success", got: "its container ended 3 times, last with 1" }],
    hint: "try again",
  });
  expect(withLastWords(failed, { path, since: 0 }, [])).toMatchObject({ problems: failed.problems });
  await writeFile(path, "== serving-1\nno such weights for s3cr3t\n");
  expect(withLastWords(failed, { path, since: 0 }, ["s3cr3t"])).toMatchObject({
    message: failed.message,
    hint: "try again",
    problems: [...failed.problems, { path, got: "== serving-1\n    no such weights for ***" }],
  });
  const another = new Error("something else");
  expect(withLastWords(another, { path, since: 0 }, [])).toBe(another);
});

it("of an engine's output what went wrong is kept back, in whatever pieces it comes, and secrets are hidden", () => {
  const whole = `${output}Duration: 4s\nits token is s3cr3t\n`;
  for (const size of [1, 7, 1_000]) {
    const lines: string[] = [];
    const { say, rest } = progressOf((line) => lines.push(line), ["s3cr3t"]);
    for (let at = 0; at < whole.length; at += size) say(whole.slice(at, at + size));
    expect(lines.join("\n")).toBe(
      `${output.replace(/Diagnostics:[\s\S]*(?=Resources:)/, "")}Duration: 4s\nits token is ***`,
    );
    expect(rest()).toMatch(/^Diagnostics:[\s\S]*MemoryError[\s\S]*update failed/);
  }
});

it("a stack that stands on one that is not up names it, and the command that brings it", () => {
  const said = new Error('Preview failed: unknown stack "organization/serving-testbed/k3s.node"');
  const { message, hint, problems } = engineError("up", "k3s.onnx", said);
  expect(message).toBe("k3s.onnx needs k3s.node, which is not up");
  expect(hint).toBe("npx testbed up k3s.node");
  expect(problems).toEqual([]);
});

it("the program's own hint is the hint", () => {
  const said = new Error(`Diagnostics:
  pulumi:pulumi:Stack (serving-testbed-k3s.onnx):
    error: the image of onnx has not been made
    hint: npx testbed setup --target k3s
`);
  const { hint, problems } = engineError("up", "k3s.onnx", said);
  expect(hint).toBe("npx testbed setup --target k3s");
  expect(problems.map(({ got }) => got)).toEqual(["the image of onnx has not been made"]);
});

it("what was interrupted is told as that", () => {
  const stopped = AbortSignal.abort();
  expect(engineError("up", "k3s.onnx", new Error("x"), { signal: stopped })).toMatchObject({
    kind: "interrupted",
  });
});

it("what is interrupted before it begins starts no engine", async () => {
  const toolchain = { pulumi: "/no/such/engine", environment: {} } as unknown as Toolchain;
  const { up, preview } = openStacks(toolchain);
  for (const begin of [up, preview]) {
    await expect(begin("process.none", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: "interrupted",
    });
  }
});

it("a listener that Pulumi leaves behind does not add up on the signal of a study, whose abort still reaches it", () => {
  const study = new AbortController();
  let stopped = 0;
  for (let deployment = 0; deployment < 12; deployment++) {
    engineOptions({ signal: study.signal }).signal!.addEventListener("abort", () => stopped++);
  }
  expect(getEventListeners(study.signal, "abort")).toEqual([]);
  study.abort();
  expect(stopped).toBe(12);
});
