/** RoBERTa's shape at a hundredth of its size, random: for tests of the chain, prepared in seconds. Synthetic. */
import type { Model } from "./model.ts";
import { robertaTokens } from "./roberta-tokens.ts";

export const tiny: Model = {
  description: "a tiny random RoBERTa for tests; its answers mean nothing",
  ways: async () => [
    {
      source: "synthetic",
      version: "1",
      note: "synthetic: a tiny random encoder for tests; neither its speed nor its answers stand for a real model",
    },
  ],
  tokensIn: robertaTokens,
};
