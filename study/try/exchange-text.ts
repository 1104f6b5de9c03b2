/** One exchange as text for a user: the request, the answer, the judgement. Secrets are masked wherever they occur. */
import { quantile, sorted } from "../../analysis/statistics/quantile.ts";
import { hidden } from "../../workloads/ask/masked-secrets.ts";
import type { Answer } from "../../workloads/ask/single-request.ts";
import type { JudgeSpec } from "../../workloads/judge/judge.ts";
import type { Exchange } from "./ask-once.ts";

/** Of a body, in characters. */
const mostShown = 600;

export function exchangeText(
  { asking, answer, verdict }: Exchange,
  judge: JudgeSpec,
  secrets: readonly string[],
): string {
  const lines = [
    `request  ${asking.method} ${asking.url}`,
    ...[...asking.headers].map(([name, value]) => `  ${name}: ${value}`),
    ...bodyLines(asking.body),
    ...(answer === undefined
      ? [`answer   none: ${(verdict as { reason: string }).reason}`]
      : [...answerLines(answer), ...eventLines(answer)]),
    `judged   ${judgement(verdict, judge)}`,
  ];
  return hidden(lines.join("\n"), secrets);
}

function answerLines({ status, contentType, body, ms, firstByteMs }: Answer): readonly string[] {
  const early = ms - firstByteMs > 1 ? `, its first byte after ${figure(firstByteMs)} ms` : "";
  return [
    `answer   ${status}${contentType === "" ? "" : ` ${contentType}`}, ${size(body.byteLength)} in ${figure(ms)} ms${early}`,
    ...bodyLines(body),
  ];
}

export interface Events {
  readonly count: number;
  /** From the first byte sent. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Between an event and the next one; null where there is but one. */
  readonly medianGapMs: number | null;
  readonly largestGapMs: number | null;
}

/** Undefined where the answer is no stream, or one without an event. */
export function eventsOf({ eventsMs = [] }: Answer): Events | undefined {
  if (eventsMs.length === 0) return undefined;
  const gaps = sorted(Float64Array.from(eventsMs.slice(1), (ms, index) => ms - eventsMs[index]!));
  return {
    count: eventsMs.length,
    firstMs: eventsMs[0]!,
    lastMs: eventsMs.at(-1)!,
    medianGapMs: gaps.length === 0 ? null : quantile(gaps, 0.5),
    largestGapMs: gaps.at(-1) ?? null,
  };
}

/** A load counts the first event as an answer's first byte, and the last as its end. */
function eventLines(answer: Answer): readonly string[] {
  const events = eventsOf(answer);
  if (events === undefined) return [];
  const { count, firstMs, lastMs, medianGapMs, largestGapMs } = events;
  if (medianGapMs === null) return [`events   1, after ${figure(firstMs)} ms`];
  return [
    `events   ${count}, the first after ${figure(firstMs)} ms and the last after ${figure(lastMs)} ms; ` +
      `from one to the next ${figure(medianGapMs)} ms (median), ${figure(largestGapMs!)} ms at most`,
  ];
}

function judgement(verdict: Exchange["verdict"], judge: JudgeSpec): string {
  if (verdict.outcome === "ok") {
    const label = verdict.label === "" ? "" : `; its label is ${JSON.stringify(verdict.label)}`;
    return `right: ${whatIsLookedAt(judge)}${label}`;
  }
  return verdict.outcome === "none" ? "nothing, since there was no answer" : `WRONG: ${verdict.reason}`;
}

function whatIsLookedAt({
  status,
  contentType,
  json = [],
  schema,
  label,
  vector,
  number,
  stream,
}: JudgeSpec): string {
  return [
    status === undefined ? "a status of 2xx" : `status ${status.join(" or ")}`,
    ...(contentType === undefined ? [] : [contentType]),
    ...json.map(({ pointer }) => pointer || "the answer"),
    ...(schema === undefined ? [] : ["the schema"]),
    ...[label, vector, number].filter((one) => one !== undefined),
    ...(stream === undefined ? [] : ["its events"]),
  ].join(", ");
}

function bodyLines(body: Uint8Array): readonly string[] {
  if (body.byteLength === 0) return [];
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  if (text.includes("\u{fffd}")) return [`  (${size(body.byteLength)} that are not text)`];
  const clean = text.replace(/[^\P{C}\n\t]/gu, "\u{fffd}").trimEnd();
  const shown =
    clean.length > mostShown ? `${clean.slice(0, mostShown)} ... (${size(body.byteLength)})` : clean;
  return shown.split("\n").map((line) => `  ${line}`);
}

export function figure(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}

function size(bytes: number): string {
  return `${bytes.toLocaleString("en-US")} byte${bytes === 1 ? "" : "s"}`;
}
