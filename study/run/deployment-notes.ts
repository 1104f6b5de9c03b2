/** Notes for the manifest: facts about a run's deployments that its reader must know. */

import { counted, percent } from "../../analysis/figures/format.ts";
import { leastSpeed } from "../../analysis/gates/machine.ts";
import type { ManifestFile, TrialFile } from "../../analysis/schema/results-folder.ts";

const placement = "Placement: ";
const renewal = "Redeployed: ";
const repetition = "Repeated: ";
const waiting = "Waited for a quiet machine: ";
const passage = "Intermediary: ";

/**
 * The same manifest with what the trials so far say of their deployments, in place of what it said before.
 * @param superseded ids of trials that were set aside, each as often as it was
 */
export function withDeploymentNotes(
  manifest: ManifestFile,
  trials: readonly TrialFile[],
  superseded: readonly string[] = [],
): ManifestFile {
  const ours = [placement, renewal, repetition, waiting, passage];
  const others = manifest.notes.filter((text) => !ours.some((beginning) => text.startsWith(beginning)));
  const notes = [
    placementNote(trials),
    renewalNote(trials),
    repetitionNote(superseded, trials),
    waitingNote(trials),
    passageNote(trials),
  ];
  return { ...manifest, notes: [...others, ...notes.filter((note) => note !== null)] };
}

/** @returns null where no trial was set aside */
export function repetitionNote(superseded: readonly string[], trials: readonly TrialFile[]): string | null {
  if (superseded.length === 0) return null;
  const ids = [...new Set(superseded)];
  const settled = new Set(trials.filter(({ status }) => status !== "partial").map(({ id }) => id));
  const left = ids.filter((id) => !settled.has(id)).length;
  const most = Math.max(...ids.map((id) => superseded.filter((other) => other === id).length));
  return (
    `${repetition}${counted(ids.length, "trial")}, ${most === 1 ? "once" : `up to ${most} times`}, because they or other trials ` +
    "of the same block and scenario had failed a gate of generator, machine or samples; their first results are kept " +
    `in superseded/.${left === 0 ? "" : ` Of these ${left} ${left === 1 ? "has" : "have"} not been repeated yet.`}`
  );
}

/** @returns null where no trial was to wait for the machine */
export function waitingNote(trials: readonly TrialFile[]): string | null {
  const seconds = trials.flatMap(({ waitedSeconds }) => waitedSeconds ?? []);
  if (seconds.length === 0) return null;
  const held = seconds.filter((waited) => waited > 0);
  if (held.length === 0) return null;
  const minutes = held.reduce((total, waited) => total + waited, 0) / 60;
  return (
    `${waiting}${held.length} of ${counted(seconds.length, "trial")}, ${minutes.toFixed(1)} min in all, while the machine was below ` +
    `${percent(leastSpeed)} of the arithmetic or memory speed that it reaches in its better minutes (--await-quiet).`
  );
}

/** @returns null where nothing stood between this machine and a service */
export function passageNote(trials: readonly TrialFile[]): string | null {
  const passed = trials.flatMap(({ deployment }) => deployment.through ?? []);
  if (passed.length === 0) return null;
  return (
    `${passage}in ${passed.length} of ${counted(trials.length, "trial")} requests from this machine passed a ` +
    `${[...new Set(passed)].join(", ")}. Its proxy keeps dialling a stopped node for callers that have given up, ` +
    "and sends the node their requests once it is back: a recovery looks longer than it is."
  );
}

/** @returns null where no service had to be redeployed */
export function renewalNote(trials: readonly TrialFile[]): string | null {
  const anew = trials.filter(({ deployment }) => deployment.anew === true);
  if (anew.length === 0) return null;
  return (
    `${renewal}before ${anew.length} of ${trials.length} trials the service was redeployed: its backlog had not drained, ` +
    "or the disruption of the trial before had ended some of its containers."
  );
}

/**
 * Where service and load ran: on one node they share its cores.
 * @returns null where no trial says on which nodes it ran
 */
export function placementNote(trials: readonly TrialFile[]): string | null {
  const placed = trials.flatMap(({ deployment, generator }) =>
    deployment.nodes === undefined || generator?.nodes === undefined
      ? []
      : [{ service: deployment.nodes, load: generator.nodes }],
  );
  if (placed.length === 0) return null;
  const together = placed.filter(({ service, load }) => load.some((node) => service.includes(node))).length;
  const nodes = (of: "service" | "load") => [...new Set(placed.flatMap((one) => one[of]))].sort().join(", ");
  const share =
    together === 0
      ? `no load pod ran on a node that served, in ${placed.length} trials`
      : `load and service shared a node in ${together} of ${placed.length} trials`;
  return `${placement}${share} (service on ${nodes("service")}; load on ${nodes("load")}).`;
}
