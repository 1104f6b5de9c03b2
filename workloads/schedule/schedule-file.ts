/**
 * A schedule on disk: JSON with the law, the seed, every instant in whole nanoseconds and every payload, and the digest
 * over them. A schedule exported on one machine can be sent by another.
 */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { messageOf, TestbedError } from "../../errors/errors.ts";
import { problemsOf } from "../../errors/problems.ts";
import { parseJson } from "../../files/json-text.ts";
import { writeWhole } from "../../files/whole-file.ts";
import { arrivalSpec } from "../arrivals/index.ts";
import { type Schedule, scheduleDigest } from "./schedule.ts";

const scheduleFile = z.strictObject({
  schemaVersion: z.literal(1),
  arrival: arrivalSpec,
  ratePerSecond: z.number().positive(),
  durationSeconds: z.number().positive(),
  seed: z.int().min(0),
  digest: z.string(),
  /** Ascending. */
  offsetsNs: z.array(z.int().min(0)),
  payloads: z.array(z.int().min(0)),
});

/** The file appears whole or not at all; its folder is made. */
export async function writeSchedule(path: string, schedule: Schedule): Promise<void> {
  const { arrival, ratePerSecond, durationSeconds, seed, digest, offsetsMs, payloads } = schedule;
  const file: z.infer<typeof scheduleFile> = {
    schemaVersion: 1,
    arrival,
    ratePerSecond,
    durationSeconds,
    seed,
    digest,
    offsetsNs: Array.from(offsetsMs, (at) => Math.round(at * 1e6)),
    payloads: [...payloads],
  };
  await writeWhole(path, `${JSON.stringify(file)}\n`);
}

/** @throws TestbedError (badInput) where it is no schedule, or not the one that its digest names */
export async function readSchedule(path: string): Promise<Schedule> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw refused(path, "cannot be read", [], cause);
  });
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw refused(path, `is not JSON, perhaps truncated: ${messageOf(cause)}`, [], cause);
  }
  const parsed = scheduleFile.safeParse(value);
  if (!parsed.success) throw refused(path, "is not a schedule", problemsOf(parsed.error, value).slice(0, 20));
  const { offsetsNs, payloads: drawn, digest, schemaVersion: _, ...law } = parsed.data;
  const offsetsMs = Float64Array.from(offsetsNs, (ns) => ns / 1e6);
  const payloads = Uint32Array.from(drawn);
  const unsorted = offsetsNs.findIndex((ns, index) => index > 0 && ns < offsetsNs[index - 1]!);
  const problems = [
    ...(unsorted === -1 ? [] : [problem(`offsetsNs[${unsorted}]`, "ascending", offsetsNs[unsorted])]),
    ...(payloads.length === offsetsMs.length
      ? []
      : [problem("payloads", `${offsetsMs.length}, one per offset`, payloads.length)]),
  ];
  if (problems.length > 0) throw refused(path, "is not a schedule", problems);
  const actual = scheduleDigest(offsetsMs, payloads);
  if (actual !== digest) {
    throw refused(path, "does not match its digest", [problem("digest", digest, actual)]);
  }
  return { ...law, offsetsMs, payloads, digest };
}

function problem(path: string, expected: string, got: unknown) {
  return { path, expected, got: String(got) };
}

function refused(
  path: string,
  what: string,
  problems: readonly ReturnType<typeof problem>[],
  cause?: unknown,
): TestbedError {
  return new TestbedError("badInput", `${path} ${what}`, {
    problems,
    hint: "`testbed schedule export` writes such files; do not edit them.",
    cause,
  });
}
