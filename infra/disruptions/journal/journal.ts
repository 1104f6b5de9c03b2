/**
 * The journal of active disruptions: one file per act, written before the act. If the runner is killed, `testbed down`
 * or the next run undoes the act from its file.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { privateFolder } from "../../workspace/paths.ts";
import { recordFolder } from "../../workspace/record-folder.ts";
import type { Disruption } from "../disruption.ts";
import { disruptions } from "../index.ts";

const entry = z.strictObject({
  id: z.string(),
  /** Its name in the catalog. */
  disruption: z.string(),
  /** Of the service, as its stack is called. */
  service: z.string(),
  subject: z.unknown(),
});
export type JournalEntry = z.infer<typeof entry>;

export const journalFolder = join(privateFolder, "disruptions");

/** @returns what takes the entry away again, once the act is undone */
export function noteDown(act: Omit<JournalEntry, "id">, folder = journalFolder): () => void {
  const id = randomUUID();
  return recordFolder(folder, entry).write(id, { id, ...act });
}

/** Acts that were not undone. */
export function pendingActs(folder = journalFolder): readonly JournalEntry[] {
  return recordFolder(folder, entry).read();
}

/** Undoes one act of a runner that is no more. @throws Error where it cannot be undone; its entry then stays */
export async function undoPending({ id, disruption: name, subject }: JournalEntry, folder = journalFolder) {
  const disruption: Disruption | undefined = disruptions[name as keyof typeof disruptions];
  if (disruption === undefined) throw new Error(`there is no disruption ${name} to undo`);
  if (disruption.endsWithService !== true) await disruption.undo(disruption.subject.parse(subject));
  recordFolder(folder, entry).remove(id);
}
