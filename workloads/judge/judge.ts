/**
 * The check of an answer, as data: it is sent to processes and pods, which compile it once. Without any check every
 * answer with a status of 2xx is right, and its body is not read.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import { z } from "zod";
import { compilePointer, jsonPointer } from "./pointer.ts";

const rule = z
  .strictObject({
    pointer: jsonPointer,
    /** Something stands there; or, where false, nothing does. */
    exists: z.boolean().optional(),
    /** Equal as JSON. */
    equals: z.json().optional(),
    /** A regular expression that what stands there, as text, matches somewhere. */
    matches: z
      .string()
      .refine((text) => isRegularExpression(text), "a regular expression")
      .optional(),
    /** An array with as many elements as the array at this pointer of the request: an answer for each thing asked. */
    asManyAs: jsonPointer.optional(),
  })
  .refine(
    ({ exists, equals, matches, asManyAs }) =>
      [exists, equals, matches, asManyAs].some((one) => one !== undefined),
    "one of exists, equals, matches, asManyAs beside the pointer",
  );

export const judgeSpec = z
  .strictObject({
    /** Statuses that are right; every 2xx where it is left out. */
    status: z.array(z.int().min(100).max(599)).min(1).optional(),
    /** Media type without its parameters, for example `application/json`; or `text/*`. */
    contentType: z
      .string()
      .regex(/^[\w.+-]+\/(?:[\w.+-]+|\*)$/, "a media type such as application/json, or text/*")
      .optional(),
    json: z.array(rule).max(64).optional(),
    /** JSON Schema, draft 2020-12. */
    schema: z
      .record(z.string(), z.json())
      .superRefine((schema, context) => {
        const message = schemaProblem(schema);
        if (message !== "") context.addIssue({ code: "custom", message: `a JSON schema: ${message}` });
      })
      .optional(),
    /** Where the answer's label is: text, number or truth value. It is kept with every sample. */
    label: jsonPointer.optional(),
    /** Where its vector is: an array of numbers. */
    vector: jsonPointer.optional(),
    /** Where its number is. */
    number: jsonPointer.optional(),
    /**
     * The answer is a stream: its first event counts as its first byte, its last as its end. `sse`: text/event-stream, an
     * event is what an empty line ends, and comments are none. `chunked`: every chunk is an event.
     */
    stream: z.enum(["sse", "chunked"]).optional(),
  })
  .refine(
    ({ stream, json, schema, label, vector, number }) =>
      stream === undefined || [json, schema, label, vector, number].every((one) => one === undefined),
    "either a stream, judged by status, content type and events, or an answer that is not a stream",
  );
export type JudgeSpec = z.infer<typeof judgeSpec>;

/** `http`: the status is not one that is right. */
export type Verdict =
  | { readonly outcome: "ok"; readonly label: string }
  | { readonly outcome: "http" | "wrong-answer"; readonly reason: string };

/** What a request says about its right answer: lengths of its arrays, in the order of the rules that ask for them. */
export type RequestFacts = readonly number[];

export interface Judge {
  /** Whether it looks at the request's body for what the answer must be like. */
  readonly readsRequests: boolean;
  /** Whether it looks into answers, which are then held whole. */
  readonly readsBody: boolean;
  facts(requestBody: Uint8Array): RequestFacts;
  /** @param contentType the header's value, empty where there was none */
  judge(status: number, contentType: string, body: Buffer, facts: RequestFacts): Verdict;
}

/** What an answer says, where the judge names it; for comparing the answers of two services. */
export interface Extracted {
  readonly label?: string;
  readonly vector?: readonly number[];
  readonly number?: number;
}

const noFacts: RequestFacts = [];
const unlabelled: Verdict = { outcome: "ok", label: "" };

/** Compiling a schema takes 10 ms, and the same judge is asked for again and again. */
const compiled = new WeakMap<JudgeSpec, Judge>();

export function compileJudge(spec: JudgeSpec): Judge {
  const known = compiled.get(spec) ?? compileAnew(spec);
  compiled.set(spec, known);
  return known;
}

function compileAnew(spec: JudgeSpec): Judge {
  const lengths = (spec.json ?? []).flatMap(({ asManyAs }) =>
    asManyAs === undefined ? [] : [{ pointer: asManyAs, at: compilePointer(asManyAs) }],
  );
  const statuses = spec.status === undefined ? undefined : new Set(spec.status);
  const mediaType = spec.contentType?.toLowerCase();
  const ofValue = compileValueChecks(spec);
  return {
    readsRequests: lengths.length > 0,
    readsBody: ofValue !== undefined,
    facts(requestBody) {
      if (lengths.length === 0) return noFacts;
      const request = parsed(Buffer.from(requestBody.buffer, requestBody.byteOffset, requestBody.byteLength));
      return lengths.map(({ at }) => {
        const value = at(request?.value);
        return Array.isArray(value) ? value.length : Number.NaN;
      });
    },
    judge(status, contentType, body, facts) {
      if (statuses === undefined ? status < 200 || status > 299 : !statuses.has(status)) {
        return { outcome: "http", reason: `status ${status}` };
      }
      if (mediaType !== undefined && !isMediaType(contentType, mediaType)) {
        return wrong(
          `content type ${contentType === "" ? "is missing" : contentType}, not ${spec.contentType}`,
        );
      }
      if (ofValue === undefined) return unlabelled;
      const answer = parsed(body);
      if (answer === undefined) return wrong(body.length === 0 ? "an empty body, not JSON" : "not JSON");
      return ofValue(answer.value, facts);
    },
  };
}

/** @throws SyntaxError where the body is not JSON */
export function extract(spec: JudgeSpec, body: Buffer): Extracted {
  const value: unknown = JSON.parse(body.toString());
  const at = (pointer: string | undefined) =>
    pointer === undefined ? undefined : compilePointer(pointer)(value);
  const label = labelText(at(spec.label));
  const vector = at(spec.vector);
  const number = at(spec.number);
  return {
    ...(label === undefined ? {} : { label }),
    ...(isVector(vector) ? { vector } : {}),
    ...(isNumber(number) ? { number } : {}),
  };
}

type ValueCheck = (value: unknown, facts: RequestFacts) => Verdict;

/** Undefined where nothing looks into the body: then it is not parsed at all. */
function compileValueChecks(spec: JudgeSpec): ValueCheck | undefined {
  const { schema, label, vector, number } = spec;
  const checks: ((value: unknown, facts: RequestFacts) => string)[] = [];
  if (schema !== undefined) {
    const validate = ajv().compile(schema);
    checks.push((value) => {
      if (validate(value)) return "";
      const [first] = validate.errors ?? [];
      return `${place(first?.instancePath ?? "")} ${first?.message ?? "does not follow the schema"}`;
    });
  }
  let facts = 0;
  for (const one of spec.json ?? []) {
    const at = compilePointer(one.pointer);
    const fact = one.asManyAs === undefined ? -1 : facts++;
    const pattern = one.matches === undefined ? undefined : new RegExp(one.matches);
    checks.push((value, lengths) => ruleBroken(one, at(value), pattern, lengths[fact]));
  }
  if (vector !== undefined) {
    const at = compilePointer(vector);
    checks.push((value) => (isVector(at(value)) ? "" : `${place(vector)} is not an array of numbers`));
  }
  if (number !== undefined) {
    const at = compilePointer(number);
    checks.push((value) => (isNumber(at(value)) ? "" : `${place(number)} is not a number`));
  }
  if (checks.length === 0 && label === undefined) return undefined;
  const labelAt = label === undefined ? undefined : compilePointer(label);
  return (value, lengths) => {
    for (const check of checks) {
      const reason = check(value, lengths);
      if (reason !== "") return wrong(reason);
    }
    if (labelAt === undefined) return unlabelled;
    const text = labelText(labelAt(value));
    return text === undefined ? wrong(`${place(label!)} holds no label`) : { outcome: "ok", label: text };
  };
}

/** @returns empty where the rule holds */
function ruleBroken(
  { pointer, exists, equals, asManyAs }: z.infer<typeof rule>,
  value: unknown,
  pattern: RegExp | undefined,
  length: number | undefined,
): string {
  if (exists === false) return value === undefined ? "" : `${place(pointer)} exists`;
  if (value === undefined) return `${place(pointer)} is missing`;
  if (equals !== undefined && !sameJson(value, equals)) {
    return `${place(pointer)} is ${brief(value)}, not ${brief(equals)}`;
  }
  if (pattern !== undefined && !pattern.test(labelText(value) ?? JSON.stringify(value))) {
    return `${place(pointer)} is ${brief(value)}, which does not match ${pattern}`;
  }
  if (asManyAs === undefined) return "";
  if (!Array.isArray(value)) return `${place(pointer)} is not an array`;
  return value.length === length
    ? ""
    : `${place(pointer)} has ${value.length} elements for the ${length} of the request's ${asManyAs}`;
}

function wrong(reason: string): Verdict {
  return { outcome: "wrong-answer", reason };
}

function place(pointer: string): string {
  return pointer === "" ? "the answer" : pointer;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function parsed(body: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString()) };
  } catch {
    return undefined;
  }
}

function labelText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every(isNumber);
}

function isMediaType(header: string, wanted: string): boolean {
  const got = header.split(";")[0]!.trim().toLowerCase();
  return wanted.endsWith("/*") ? got.startsWith(wanted.slice(0, -1)) : got === wanted;
}

/** Equal as JSON: the order of keys does not count. */
function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every(
      (key) =>
        Object.hasOwn(other, key) &&
        sameJson((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
    )
  );
}

/** Unknown keywords are annotations, as the standard has it; no message on the terminal. */
function ajv(): Ajv2020 {
  return new Ajv2020({ strict: false, logger: false, validateFormats: false });
}

function schemaProblem(schema: object): string {
  try {
    ajv().compile(schema);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
