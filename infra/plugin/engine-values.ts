/** Values as an engine sends them. */

/** What an engine puts around a secret value. */
const signatureKey = "4dabf18193072939515e22adb298388d";

/** The plain values: a provider gets secrets in their wrapping, and its configuration always so. */
export function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  if (signatureKey in value && "value" in value) return unwrapped(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}
