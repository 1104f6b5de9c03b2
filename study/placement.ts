/** Where service and load ran, for the manifest: on one node they share its cores, and a reader must know. */
import type { ManifestFile, TrialFile } from "../analysis/folder.ts";

const begins = "Placement: ";

/** The same manifest with one note on placement, where the trials ran on a cluster. */
export function withPlacement(manifest: ManifestFile, trials: readonly TrialFile[]): ManifestFile {
  const note = placementNote(trials);
  const others = manifest.notes.filter((text) => !text.startsWith(begins));
  return { ...manifest, notes: note === null ? others : [...others, note] };
}

/** @returns null where no trial says on which nodes it ran */
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
  return `${begins}${share} (service on ${nodes("service")}; load on ${nodes("load")}).`;
}
