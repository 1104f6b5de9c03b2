/** The payloads by name. To add one: one entry here. */
import { domains, payloadSet } from "./corpus.ts";
import type { Payload } from "./payload.ts";

export const payloads = {
  "reviews-and-tweets": {
    description: "one real English text per request: tweets, product and film reviews, editorials",
    load: () => payloadSet("reviews-and-tweets", domains),
  },
  tweets: {
    description: "one tweet a request: short texts of similar length",
    load: () => payloadSet("tweets", ["tweets"]),
  },
} satisfies Record<string, Payload>;

export type { Payload, PayloadSet } from "./payload.ts";
