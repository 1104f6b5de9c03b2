/**
 * The number of tokens that RoBERTa's tokeniser makes of a text: the byte-level merges that it shares with GPT-2, plus
 * the two tokens that mark begin and end.
 */
import { createRequire } from "node:module";

export function robertaTokens(text: string): number {
  // Loaded where it is used: the vocabulary is a megabyte that most commands never need.
  encoder ??= createRequire(import.meta.url)("gpt-3-encoder") as Encoder;
  return encoder.encode(text).length + 2;
}

interface Encoder {
  encode(text: string): readonly number[];
}

let encoder: Encoder | undefined;
