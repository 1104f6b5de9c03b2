/** What the manifest says of placement. */
import { describe, expect, it } from "vitest";
import type { TrialFile } from "../../analysis/folder.ts";
import { placementNote } from "../../study/placement.ts";

const trial = (service?: string[], load?: string[]) =>
  ({
    deployment: { upSeconds: 1, readySeconds: 1, ...(service === undefined ? {} : { nodes: service }) },
    generator: load === undefined ? null : { nodes: load },
  }) as unknown as TrialFile;

describe("the note on placement", () => {
  it("says nothing where there is no cluster, or a trial failed before it ran", () => {
    expect(placementNote([trial(), trial(["a"])])).toBeNull();
  });

  it("counts the trials in which load and service shared a node", () => {
    const note = placementNote([trial(["a"], ["b"]), trial(["a", "b"], ["b"]), trial(["a"])]);
    expect(note).toMatch(/shared a node in 1 of 2 trials \(service on a, b; load on b\)/);
  });

  it("says where they were apart throughout", () => {
    expect(placementNote([trial(["a"], ["b"])])).toMatch(
      /no load pod ran on a node that served, in 1 trials/,
    );
  });
});
