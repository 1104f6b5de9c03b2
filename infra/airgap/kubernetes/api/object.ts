/** JSON and Kubernetes objects as values, and the few paths into them that the stand-in needs. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly generation?: number;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: the rest is the kind's own, and each kind reads what it knows.
  readonly [key: string]: any;
}

/** @param path dotted */
export function at(value: Json | undefined, path: string): Json | undefined {
  let found: Json | undefined = value;
  for (const key of path.split(".")) {
    if (typeof found !== "object" || found === null || Array.isArray(found)) return undefined;
    found = (found as JsonObject)[key];
  }
  return found;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Amount of a Kubernetes quantity (`500m`, `2Gi`); null where it is none. */
export function quantity(value: Json | undefined): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return null;
  const [, digits, suffix = ""] = /^(-?\d+(?:\.\d+)?)(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?$/.exec(value) ?? [];
  if (digits === undefined) return null;
  const powers = ["k", "M", "G", "T", "P", "E"];
  const factor =
    suffix === ""
      ? 1
      : suffix === "m"
        ? 1e-3
        : suffix.endsWith("i")
          ? 1024 ** (powers.indexOf(suffix[0] === "K" ? "k" : suffix[0]!) + 1)
          : 1000 ** (powers.indexOf(suffix) + 1);
  return Number(digits) * factor;
}
