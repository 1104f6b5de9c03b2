/** JSON pointers (RFC 6901): places in an answer. */
import { z } from "zod";

export const jsonPointer = z
  .string()
  .regex(/^(?:\/(?:[^~/]|~[01])*)*$/, "a JSON pointer, such as /predictions/0 (empty: the whole answer)");

/** @returns what stands there, undefined where nothing does; compiled once, since it is asked of every answer */
export function compilePointer(pointer: string): (value: unknown) => unknown {
  const keys = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return (value) => {
    let at = value;
    for (const key of keys) {
      if (at === null || typeof at !== "object") return undefined;
      if (Array.isArray(at)) at = /^(?:0|[1-9]\d*)$/.test(key) ? at[Number(key)] : undefined;
      else at = Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
    }
    return at;
  };
}
