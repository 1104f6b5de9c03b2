/** The problems of an error, each with its path, the expected value and the one found. */
import type { z } from "zod";
import type { Problem } from "./errors.ts";

/** A name that nothing among these answers to, as a problem; none where something does. */
export function nameProblems(path: string, got: string, among: readonly string[]): Problem[] {
  return among.includes(got) ? [] : [{ path, expected: `one of ${among.join(", ")}`, got }];
}

/** Everything that zod found wrong. */
export function problemsOf(error: Pick<z.ZodError, "issues">, value: unknown): Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "invalid_union" && issue.errors.length > 0) return unionProblems(issue, value);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: pathText([...issue.path, key]),
        expected: "no such key",
        got: show(at(value, [...issue.path, key])),
      }));
    }
    return [
      { path: pathText(issue.path), expected: expectedText(issue.message), got: show(at(value, issue.path)) },
    ];
  });
}

type UnionIssue = z.core.$ZodIssueInvalidUnion;

/** Of the one form that is meant, where that can be told; else what each of them expects. */
function unionProblems({ path, errors }: UnionIssue, value: unknown): Problem[] {
  // A form whose own kind the value is not (a text for an object) is not meant where another's is.
  const ofKind = errors.filter((issues) =>
    issues.every((one) => one.path.length > 0 || one.code === "unrecognized_keys"),
  );
  const meant = ofKind.length > 0 ? ofKind : errors;
  const least = Math.min(...meant.map((issues) => issues.length));
  const nearest = meant.filter((issues) => issues.length === least);
  if (nearest.length === 1) {
    const issues = nearest[0]!.map((one) => ({ ...one, path: [...path, ...one.path] }));
    return problemsOf({ issues }, value);
  }
  const expected = nearest.map((issues) => issues.flatMap(expectation).join(" and "));
  return [
    { path: pathText(path), expected: [...new Set(expected)].join(", or "), got: show(at(value, path)) },
  ];
}

function expectation(issue: z.core.$ZodIssue): readonly string[] {
  // What a form lacks says more than what it does not know.
  if (issue.code === "unrecognized_keys") return [];
  const text = expectedText(issue.message);
  return [issue.path.length === 0 ? text : `${pathText(issue.path)} (${text})`];
}

/** A schema's message without what the line says already. */
function expectedText(message: string): string {
  return message
    .replace(/^(?:Too small|Too big|Invalid [a-z ]+)[:.] [Ee]xpected /, "")
    .replace(/, received [\w ]+$/, "");
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
  return text === "" ? "(whole file)" : text;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      inner !== null && typeof inner === "object" ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = jsonText(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Of what need not be JSON: a study file is a program, and its value may be anything. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a ${typeof value} that is no JSON`;
  }
}
