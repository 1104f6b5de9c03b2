/** What the manifest says of the deployments. */
import { describe, expect, it } from "vitest";
import type { ManifestFile, TrialFile } from "../../../analysis/schema/results-folder.ts";
import {
  passageNote,
  placementNote,
  renewalNote,
  repetitionNote,
  waitingNote,
  withDeploymentNotes,
} from "../../../study/run/deployment-notes.ts";

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

describe("the note on services that did not come to rest", () => {
  const anew = { deployment: { upSeconds: 1, readySeconds: 1, anew: true }, generator: null } as TrialFile;

  it("says nothing where there was none, else before how many trials", () => {
    expect(renewalNote([trial()])).toBeNull();
    expect(renewalNote([trial(), anew, trial()])).toMatch(
      /before 1 of 3 trials .* redeployed: its backlog had not/,
    );
  });

  it("takes the place of what an interrupted run said before, and leaves the other notes alone", () => {
    const manifest = { notes: ["Weights are synthetic."] } as ManifestFile;
    const first = withDeploymentNotes(manifest, [anew]);
    const second = withDeploymentNotes(first, [anew, trial(["a"], ["b"])]);
    expect(second.notes).toHaveLength(3);
    expect(second.notes[0]).toBe("Weights are synthetic.");
    expect(second.notes[2]).toMatch(/1 of 2 trials/);
  });
});

describe("the note on what stands on the way", () => {
  const passing = { deployment: { upSeconds: 1, readySeconds: 1, through: "published port" } } as TrialFile;

  it("says nothing where nothing does, else in how many trials, and what that does to a recovery", () => {
    expect(passageNote([trial()])).toBeNull();
    expect(passageNote([trial(), passing])).toMatch(
      /^Intermediary: in 1 of 2 trials .* published port.*longer than it is/,
    );
  });
});

describe("the note on trials that were run again", () => {
  const run = (id: string, status: TrialFile["status"] = "finished") => ({ id, status }) as TrialFile;
  const both = [run("a"), run("b", "failed")];

  it("counts each once, and says how often", () => {
    expect(repetitionNote([], both)).toBeNull();
    expect(repetitionNote(["a"], both)).toMatch(/^Repeated: 1 trial, once, because .* superseded\/\.$/);
    expect(repetitionNote(["a", "a", "b"], both)).toMatch(/2 trials, up to 2 times/);
  });

  it("says how many are still to be, those cut short among them", () => {
    expect(repetitionNote(["a", "b"], [run("a")])).toMatch(/Of these 1 has not been repeated yet\.$/);
    expect(repetitionNote(["a", "b"], [run("b", "partial")])).toMatch(/Of these 2 have not/);
  });
});

it("the note on trials that were held back says how many, how long in all, and nothing where nobody asked", () => {
  const waited = (seconds?: number) => (seconds === undefined ? {} : { waitedSeconds: seconds }) as TrialFile;
  expect(waitingNote([waited(), waited()])).toBeNull();
  expect(waitingNote([waited(90), waited(0), waited(30)])).toMatch(
    /^Waited for a quiet machine: 2 of 3 trials, 2\.0 min in all/,
  );
});
