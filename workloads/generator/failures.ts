/**
 * The reasons of failed requests, with the service's words: the first three different ones of a run, to help a user
 * correct the cause.
 */
import { hidden } from "../ask/masked-secrets.ts";
import type { Outcome } from "../samples/sample.ts";

export interface FailureExample {
  readonly outcome: Outcome;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly reason: string;
  /** Beginning of the answer's body; empty where there was none. */
  readonly body: string;
}

export const mostExamples = 3;
/** Of a body, in characters. */
export const mostExcerpt = 300;

export interface Failures {
  readonly examples: readonly FailureExample[];
  add(outcome: Outcome, status: number, reason: string, body: Uint8Array): void;
}

export const noBody: Uint8Array = new Uint8Array(0);

/** @param secrets masked in any text: a service may repeat the request's headers */
export function failureExamples(secrets: readonly string[]): Failures {
  const examples: FailureExample[] = [];
  return {
    examples,
    add(outcome, status, reason, body) {
      if (examples.length >= mostExamples) return;
      const example = {
        outcome,
        status,
        reason: hidden(reason, secrets),
        body: hidden(excerpt(body, secrets), secrets).slice(0, mostExcerpt),
      };
      if (!examples.some((one) => same(one, example))) examples.push(example);
    },
  };
}

/** Of several processes. */
export function firstExamples(all: readonly (readonly FailureExample[])[]): readonly FailureExample[] {
  const first: FailureExample[] = [];
  for (const example of all.flat()) if (!first.some((one) => same(one, example))) first.push(example);
  return first.slice(0, mostExamples);
}

/** Text without what a terminal would obey. Cut only after secrets are hidden: half of one is one, too. */
function excerpt(body: Uint8Array, secrets: readonly string[]): string {
  const longestSecret = Math.max(0, ...secrets.map((secret) => secret.length));
  const bytes = body.subarray(0, (mostExcerpt + longestSecret) * 4);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString()
    .replace(/[^\P{C}\n\t]/gu, "\u{fffd}");
}

function same(one: FailureExample, other: FailureExample): boolean {
  return (
    one.outcome === other.outcome &&
    one.status === other.status &&
    one.reason === other.reason &&
    one.body === other.body
  );
}
