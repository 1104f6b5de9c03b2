/**
 * Checks a JSON file of a results folder against its schema; a problem is reported with the file's name and the path in
 * it.
 */
import type { z } from "zod";
import { checked } from "../../errors/checked.ts";
import { messageOf, TestbedError } from "../../errors/errors.ts";
import { parseJson } from "../../files/json-text.ts";
import { schemaVersion } from "../schema/results-folder.ts";

/**
 * @param path of the file, for the messages; relative to `directory` where there is one
 * @throws TestbedError (invalidResults) where it is not JSON, does not fit or is from a newer testbed
 */
export function checkedJson<T>(text: string, path: string, schema: z.ZodType<T>, directory?: string): T {
  const name = directory === undefined ? path : `${path} in ${directory}`;
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new TestbedError("invalidResults", `${name} is not JSON, perhaps truncated`, {
      problems: [{ path, expected: "JSON", got: messageOf(cause) }],
      hint: "Nothing was changed. Restore the file from a copy, or start anew.",
      cause,
    });
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === "number" && version > schemaVersion) {
    throw new TestbedError("invalidResults", `${name} is from a newer testbed`, {
      problems: [{ path, expected: `schema ${schemaVersion} or older`, got: `schema ${version}` }],
      hint: "Read it with the version that wrote it, or a later one.",
    });
  }
  return checked(schema, value, {
    kind: "invalidResults",
    message: `${name} does not fit its schema`,
    path: (key) => `${path}: ${key}`,
  });
}
