/** The short form of `npm run test:chaos`: one kill during each of a study, an `up`, a `down`, a `destroy` and a `tune`. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { disturb } from "../chaos/disturb.ts";
import { type Moment, momentText } from "../chaos/moment.ts";
import { makeWorkspace, type Workspace } from "../chaos/workspace.ts";

const moments: readonly Moment[] = [
  // In the middle of the first deployment's trial, about.
  { operation: "study", victim: "generator", passedOver: 1, delayMs: 300 },
  { operation: "up", victim: "runner", passedOver: 0, delayMs: 2_500 },
  { operation: "down", victim: "engine", passedOver: 0, delayMs: 300 },
  { operation: "destroy", victim: "provider", passedOver: 0, delayMs: 100 },
  // The service runs, and the engine has not been told yet.
  { operation: "tune", victim: "provider", onceSeen: "service", passedOver: 0, delayMs: 0 },
].map((moment, seed) => ({ ...(moment as Moment), seed, signal: "SIGKILL" }));

let workspace: Workspace;
beforeAll(async () => {
  workspace = await makeWorkspace();
});
afterAll(() => workspace.remove());

it.each(moments.map((moment) => [momentText(moment), moment] as const))(
  "nothing is lost and nothing is left after %s",
  async (_, moment) => {
    const { hit, faults } = await disturb(moment, workspace);
    expect(faults.join("\n")).toBe("");
    expect(hit).toBe(true);
  },
);
