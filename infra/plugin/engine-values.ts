/** Values as an engine sends them. */

/** What an engine puts around a secret value. */
const signatureKey = "4dabf18193072939515e22adb298388d";

/** A value that an engine is to keep as a secret. */
export function wrapped(value: unknown): Readonly<Record<string, unknown>> {
  return { [signatureKey]: "1b47061264138c4ac30d75fd1eb44270", value };
}

/** The plain values: a provider gets secrets in their wrapping, and its configuration always so. */
export function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  if (signatureKey in value && "value" in value) return unwrapped(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}
