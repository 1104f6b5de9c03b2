/** Disruptions of the K3s node itself: signals to processes in its control group, its supervisor excepted. */
import { z } from "zod";
import { ownedProcess, ownershipMark, signalOwned } from "../../host/process-ownership.ts";
import { type Disruption, subjectBase } from "../disruption.ts";
import { type NodeParts, partsOfNode } from "./node-parts.ts";

const subject = subjectBase.extend({
  processes: z.array(ownedProcess).min(1),
  mark: ownershipMark,
  signal: z.enum(["SIGTERM", "SIGKILL"]),
});

export function nodeDisruption(what: {
  readonly description: string;
  readonly undoing: string;
  readonly signal: "SIGTERM" | "SIGKILL";
  readonly which: (parts: NodeParts) => NodeParts["all"];
  readonly subject: (parts: NodeParts) => string;
}): Disruption<z.infer<typeof subject>> {
  const { description, undoing, signal } = what;
  return {
    description,
    undoing,
    settings: z.strictObject({}),
    subject,
    on: {
      async k3s({ service }) {
        const parts = partsOfNode(service);
        return {
          subject: what.subject(parts),
          mechanism: signal,
          processes: what.which(parts).map(({ pid, startTime }) => ({ pid, startTime })),
          mark: parts.mark,
          signal,
        };
      },
    },
    lastsSeconds: () => 0,
    async inject({ processes, mark, signal, subject }) {
      if (signalOwned(processes, mark, signal).length === 0) throw new Error(`${subject}: no longer exists`);
    },
    undo: async () => false,
    endsWithService: true,
  };
}
