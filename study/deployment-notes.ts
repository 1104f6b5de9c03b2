/** What a reader must know of the deployments, for the manifest. */
import type { ManifestFile, TrialFile } from "../analysis/folder.ts";

const placement = "Placement: ";
const renewal = "Deployed anew: ";
const repetition = "Run again: ";

/**
 * The same manifest with what the trials so far say of their deployments, in place of what it said before.
 * @param superseded ids of trials that were set aside, each as often as it was
 */
export function withDeploymentNotes(
  manifest: ManifestFile,
  trials: readonly TrialFile[],
  superseded: readonly string[] = [],
): ManifestFile {
  const ours = [placement, renewal, repetition];
  const others = manifest.notes.filter((text) => !ours.some((beginning) => text.startsWith(beginning)));
  const notes = [placementNote(trials), renewalNote(trials), repetitionNote(superseded)];
  return { ...manifest, notes: [...others, ...notes.filter((note) => note !== null)] };
}

/** @returns null where every trial was run once */
export function repetitionNote(superseded: readonly string[]): string | null {
  if (superseded.length === 0) return null;
  const ids = [...new Set(superseded)];
  const most = Math.max(...ids.map((id) => superseded.filter((other) => other === id).length));
  return (
    `${repetition}${ids.length} trials, ${most === 1 ? "once" : `up to ${most} times`}, because they or their neighbours of the ` +
    "same block and scenario had failed a gate of generator, machine or samples; what they gave before is in superseded/."
  );
}

/** @returns null where no service had to be deployed anew */
export function renewalNote(trials: readonly TrialFile[]): string | null {
  const anew = trials.filter(({ deployment }) => deployment.anew === true);
  if (anew.length === 0) return null;
  return (
    `${renewal}before ${anew.length} of ${trials.length} trials the service was deployed once more: it had not worked off ` +
    "what the trial before had left it, or the disruption of that trial had ended containers of it."
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
