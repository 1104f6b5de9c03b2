/**
 * The requests of the sentiment service, and the check of its answers: `{"results": [{"label": ...}, ...]}`, one for
 * each text.
 */

import { plainAsk } from "../../../workloads/ask/ask.ts";
import { type Asked, requestsOf } from "../../../workloads/ask/asked.ts";
import type { JudgeSpec } from "../../../workloads/judge/judge.ts";

export const sentimentJudge: JudgeSpec = {
  schema: {
    type: "object",
    required: ["results"],
    properties: {
      results: {
        type: "array",
        items: { type: "object", required: ["label"], properties: { label: { type: "string" } } },
      },
    },
  },
  json: [{ pointer: "/results", asManyAs: "/texts" }],
  label: "/results/0/label",
};

/** @param bodies of POST /classify */
export function classifications(bodies: readonly Uint8Array[]): Asked {
  return { ask: plainAsk, requests: requestsOf(bodies), judge: sentimentJudge };
}
