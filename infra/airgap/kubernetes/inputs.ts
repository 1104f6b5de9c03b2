/**
 * Pure parts of the stand-in: names, checks, differences, and the inputs that an object read from the cluster implies.
 */
import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { at, isObject, type Json, type JsonObject, quantity } from "./api/object.ts";
import { type Kind, kinds } from "./kinds/index.ts";

/** What an engine sends for a value that it does not know yet. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const autonamed = "pulumi.com/autonamed";

/** @param urn `urn:pulumi:<stack>::<project>::<types, parents first, $ between>::<name>` */
export function typeOf(urn: string): { readonly type: string; readonly name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/** @throws Error for a type that is not known: never silent */
export function kindOf(urn: string): Kind {
  const { type } = typeOf(urn);
  const kind = kinds[type];
  if (kind === undefined) {
    throw new Error(
      `the stand-in for the official kubernetes plugin does not support ${type}; it supports ${Object.keys(kinds).join(", ")}`,
    );
  }
  return kind;
}

/**
 * Inputs as they are applied: with a name and, where the kind has one, a namespace. A name that was made before is
 * kept, so that a second `up` changes nothing.
 */
export function completeInputs(
  urn: string,
  olds: JsonObject,
  news: JsonObject,
  defaultNamespace: string,
  random: () => string = () => randomBytes(4).toString("hex"),
): JsonObject {
  const { namespaced } = kindOf(urn);
  const metadata = isObject(news.metadata) ? news.metadata : {};
  const completed: Record<string, Json> = { ...metadata };
  if (metadata.name === undefined) {
    const before = at(olds, "metadata.name");
    const keep = isAutonamed(olds) && typeof before === "string";
    completed.name = keep ? before : `${typeOf(urn).name.toLowerCase()}-${random()}`;
    const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
    completed.annotations = { ...annotations, [autonamed]: "true" };
  }
  if (namespaced && metadata.namespace === undefined) completed.namespace = defaultNamespace;
  return { ...news, metadata: completed };
}

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export function failuresOf(urn: string, inputs: JsonObject): readonly Failure[] {
  const kind = kindOf(urn);
  const failures = (kind.refusals?.(inputs) ?? []).map((reason) => ({ property: "", reason }));
  for (const property of ["apiVersion", "kind"] as const) {
    if (inputs[property] !== kind[property]) {
      failures.push({ property, reason: `expected ${kind[property]}, got ${String(inputs[property])}` });
    }
  }
  const name = at(inputs, "metadata.name");
  if (
    name !== unknownValue &&
    (typeof name !== "string" || !/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name))
  ) {
    failures.push({
      property: "metadata.name",
      reason: `${String(name)} is not a valid Kubernetes name`,
    });
  }
  return failures;
}

export interface Difference {
  /** Dotted paths of inputs that are not what they were. */
  readonly changed: readonly string[];
  /** Those among them that need a new object. */
  readonly replaces: readonly string[];
  /** A name that is given can be used once: the old object goes first. */
  readonly deleteBeforeReplace: boolean;
}

export function differenceOf(urn: string, before: JsonObject, after: JsonObject): Difference {
  const changed = changedPaths(before, after, "");
  const fixed = ["apiVersion", "kind", "metadata.name", "metadata.namespace", ...kindOf(urn).immutable];
  const replaces = changed.filter((path) =>
    fixed.some((one) => path === one || path.startsWith(`${one}.`) || one.startsWith(`${path}.`)),
  );
  return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && !isAutonamed(after) };
}

/** What the inputs would have to be for the object to be as it is: a changed field shows as a changed input. */
export function observedInputs(inputs: JsonObject, live: JsonObject): JsonObject {
  return observed(inputs, live) as JsonObject;
}

function observed(input: Json, live: Json | undefined): Json {
  if (live === undefined) return input;
  if (isObject(input) && isObject(live)) {
    return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, observed(value, live[key])]));
  }
  if (Array.isArray(input) && Array.isArray(live) && input.length === live.length) {
    return input.map((value, index) => observed(value, live[index]));
  }
  // The API server writes 1000m as 1.
  const amounts = [quantity(input), quantity(live)];
  return amounts[0] !== null && amounts[0] === amounts[1] ? input : live;
}

function changedPaths(before: Json | undefined, after: Json | undefined, path: string): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isObject(before) || !isObject(after)) return [path];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys]
    .sort()
    .flatMap((key) => changedPaths(before[key], after[key], path === "" ? key : `${path}.${key}`));
}

function isAutonamed(inputs: JsonObject): boolean {
  const annotations = at(inputs, "metadata.annotations");
  return isObject(annotations) && annotations[autonamed] === "true";
}
