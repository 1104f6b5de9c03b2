/** What a target may be told. */
import { describe, expect, it } from "vitest";
import { TestbedError } from "../../../errors/errors.ts";
import { settingsFrom } from "../../../infra/workspace/settings-file.ts";

function problemLines(refused: () => unknown): readonly string[] {
  try {
    refused();
  } catch (error) {
    if (error instanceof TestbedError) return error.problems.map(({ path, got }) => `${path}: ${got}`);
    throw error;
  }
  return [];
}

describe("a target's settings", () => {
  it("are what was told before, with what is told now", () => {
    const before = { context: "lab", registry: "r.example" };
    expect(settingsFrom("cluster", before, { registry: "other.example", nodes: undefined })).toEqual({
      context: "lab",
      registry: "other.example",
      kubeconfig: "",
    });
  });

  it("are refused where the target does not take them, with every problem named", () => {
    expect(problemLines(() => settingsFrom("k3s-docker", {}, { nodes: "9", registry: "r" }))).toEqual([
      expect.stringMatching(/^--nodes: /),
      expect.stringMatching(/registry/),
    ]);
    expect(() => settingsFrom("process", {}, { nodes: "2" })).toThrow(/do not fit the target process/);
  });

  it("have no default for what must be chosen", () => {
    expect(problemLines(() => settingsFrom("cluster", {}, { registry: "r" }))).toEqual([
      expect.stringMatching(/^--context: /),
    ]);
  });
});
