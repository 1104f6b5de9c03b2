/**
 * The requests to a service and the check of its answers: together, because neither means anything without the other.
 */
import type { JudgeSpec } from "../judge/judge.ts";
import { plainAsk, type ResolvedAsk } from "./ask.ts";

/** One request as its payload has it; what it does not say is the ask's. */
export interface AskedRequest {
  readonly body: Uint8Array;
  readonly method?: string;
  /** With its query; in place of the path of the service's address. */
  readonly path?: string;
  /** Over and above the ask's; of one name, these. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Of the body, where no header says it. */
  readonly contentType?: string;
}

const jsonType = "application/json";

/** Of one request, names in lower case. */
export function headersOf(ask: ResolvedAsk, request: AskedRequest): ReadonlyMap<string, string> {
  const headers = new Map([...ask.headers, ...(request.headers ?? [])]);
  if (request.body.byteLength > 0 && !headers.has("content-type")) {
    headers.set("content-type", request.contentType ?? jsonType);
  }
  return headers;
}

/** The requests that a payload makes; drawn by their index. */
export interface RequestSet {
  readonly count: number;
  request(index: number): AskedRequest;
}

export interface Asked {
  readonly ask: ResolvedAsk;
  readonly requests: RequestSet;
  readonly judge: JudgeSpec;
}

export function requestsOf(bodies: readonly Uint8Array[]): RequestSet {
  return { count: bodies.length, request: (index) => ({ body: bodies[index]! }) };
}

/** JSON bodies by POST, each a success where its status is 2xx. */
export function askedPlainly(bodies: readonly Uint8Array[]): Asked {
  return { ask: plainAsk, requests: requestsOf(bodies), judge: {} };
}
