/**
 * One format of payload files: how a file becomes requests. To add one: one file beside this and one line in the
 * record.
 */
import type { Problem } from "../../errors/errors.ts";
import type { AskedRequest, RequestSet } from "../ask/asked.ts";
import type { PayloadFileSpec } from "./spec.ts";

export interface PayloadForm {
  /** One line for help. */
  readonly description: string;
  /** Of files that are taken for it where no format is named; in lower case, with the dot. */
  readonly endings: readonly string[];
  /** Reads everything once, so that all problems are reported before the first request. */
  open(request: OpenRequest): Promise<Opened>;
}

export interface OpenRequest {
  /** Where it lies, absolute. */
  readonly path: string;
  /** As the user wrote it, for messages. */
  readonly shown: string;
  readonly spec: PayloadFileSpec;
  /** Takes every problem; more than a few are counted only. */
  problem(problem: Problem): void;
}

export interface Opened extends RequestSet {
  request(index: number): AskedRequest;
  /** The right answer of that request, where the payload knows it. */
  expected?(index: number): string | undefined;
  /** sha256, hex: of what was read. */
  readonly digest: string;
  /** Bytes of each body. */
  readonly bodyBytes: Float64Array;
  close(): void;
}

/** A list of numbers that grows without a copy of each: a million of them are 8 MB. */
export class Numbers {
  #values = new Float64Array(1024);
  #count = 0;

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = value;
  }

  get count(): number {
    return this.#count;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  whole(): Float64Array {
    return this.#values.slice(0, this.#count);
  }
}

/** Beginning of what was got, for a message. */
export function brief(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
