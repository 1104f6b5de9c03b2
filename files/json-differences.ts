/** Where two values of the same shape differ, as JSON pointers (RFC 6901). */
import type { Problem } from "../errors/errors.ts";

/** Figures of another machine may differ in the last digits of a logarithm. */
const tolerance = 1e-9;

export function differences(expected: unknown, got: unknown, pointer = ""): Problem[] {
  if (typeof expected === "number" && typeof got === "number") {
    return Math.abs(expected - got) <= tolerance * Math.max(Math.abs(expected), Math.abs(got))
      ? []
      : [differs(pointer, expected, got)];
  }
  if (!isObject(expected) || !isObject(got) || Array.isArray(expected) !== Array.isArray(got)) {
    return Object.is(expected, got) ? [] : [differs(pointer, expected, got)];
  }
  return [...new Set([...Object.keys(expected), ...Object.keys(got)])].flatMap((key) =>
    differences(expected[key], got[key], `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
}

function differs(pointer: string, expected: unknown, got: unknown): Problem {
  return { path: pointer === "" ? "/" : pointer, expected: show(expected), got: show(got) };
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
