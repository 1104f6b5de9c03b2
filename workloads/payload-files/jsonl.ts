/**
 * JSON Lines: each line is a body, or an object with `body` and, where they differ from the service's, `path`,
 * `method`, `headers`. A text body is sent as it is, any other as JSON. With a template each line is a row.
 */
import { z } from "zod";
import { problemsOf } from "../../errors/problems.ts";
import { headerText, methods, requestPath } from "../ask/ask.ts";
import type { AskedRequest } from "../ask/asked.ts";
import { brief, Numbers, type Opened, type OpenRequest, type PayloadForm } from "./format.ts";
import { openLines } from "./lines.ts";
import { compileTemplate, PlaceError, type Template } from "./template.ts";

const requestLine = z.object({
  body: z.json().optional(),
  path: requestPath.optional(),
  method: z.enum(methods).optional(),
  headers: z
    .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "the name of a header"), headerText)
    .optional(),
});
const requestKeys = ["body", "path", "method", "headers"];
const nothing = Buffer.alloc(0);

export const jsonl: PayloadForm = {
  description: "one JSON body per line, or an object with body, path, method, headers",
  endings: [".jsonl", ".ndjson"],
  open: (request) => openJsonLines(request, request.path),
};

/** @param path of the lines, where they are not the user's own file but made of it */
export async function openJsonLines(request: OpenRequest, path: string): Promise<Opened> {
  const { shown, spec, problem } = request;
  const template = spec.template === undefined ? undefined : compileTemplate(spec.template);
  const bodyBytes = new Numbers();
  const lines = openLines(path, (line, number) => {
    const place = `${shown}, line ${number}`;
    const value = parsed(line);
    if (value === undefined) return problem({ path: place, expected: "JSON", got: brief(line.toString()) });
    const { expected } = spec;
    if (expected !== undefined && rightAnswer(value, expected) === undefined) {
      problem({ path: place, expected: `the right answer as ${expected}`, got: brief(line.toString()) });
    }
    if (template === undefined && isRequest(value, expected)) {
      const checked = requestLine.safeParse(value);
      if (!checked.success) {
        for (const one of problemsOf(checked.error, value))
          problem({ ...one, path: `${place}: ${one.path}` });
        return;
      }
    }
    try {
      bodyBytes.push(requestOf(line, template, expected).body.byteLength);
    } catch (error) {
      if (!(error instanceof PlaceError)) throw error;
      const columns = isObject(value) ? Object.keys(value).join(", ") : "no object";
      problem({
        path: place,
        expected: error.expected,
        got: error.got === "nothing" ? `only ${columns}` : brief(error.got),
      });
    }
  });
  return {
    count: lines.count,
    digest: lines.digest,
    bodyBytes: bodyBytes.whole(),
    request: (index) => requestOf(lines.line(index), template, spec.expected),
    ...(spec.expected === undefined
      ? {}
      : { expected: (index: number) => rightAnswer(parsed(lines.line(index)), spec.expected!) }),
    close: lines.close,
  };
}

function requestOf(line: Buffer, template: Template | undefined, expected: string | undefined): AskedRequest {
  const value = parsed(line);
  if (template !== undefined) return { body: template.fill(isObject(value) ? value : {}) };
  if (!isRequest(value, expected)) return { body: Buffer.from(line) };
  const { body, path, method, headers } = value as z.infer<typeof requestLine>;
  const bytes = typeof body === "string" ? Buffer.from(body) : Buffer.from(JSON.stringify(body) ?? nothing);
  return {
    body: bytes,
    ...(path === undefined ? {} : { path }),
    ...(method === undefined ? {} : { method }),
    ...(headers === undefined
      ? {}
      : { headers: Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text] as const) }),
  };
}

/** An object with nothing but what a request has: every other one is a body itself. */
function isRequest(value: unknown, expected: string | undefined): boolean {
  return (
    isObject(value) &&
    ("body" in value || "path" in value) &&
    Object.keys(value).every((key) => requestKeys.includes(key) || key === expected)
  );
}

function rightAnswer(value: unknown, key: string): string | undefined {
  if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
  const answer = value[key];
  return typeof answer === "string" ? answer : JSON.stringify(answer);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}
