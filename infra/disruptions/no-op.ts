import { z } from "zod";
import { type Disruption, onEveryCluster, subjectBase } from "./disruption.ts";

const nothing = async () => ({ subject: "nothing", mechanism: "none" });

/** The control: changes after its injections happen without any disruption too. */
export const noOp: Disruption = {
  description: "nothing: the control",
  undoing: "not needed",
  settings: z.strictObject({}),
  subject: subjectBase,
  on: { process: nothing, ...onEveryCluster(nothing) },
  lastsSeconds: () => 0,
  async inject() {},
  undo: async () => false,
  control: true,
};
