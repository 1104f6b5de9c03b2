/**
 * Where the time of a request went: the parts that generator and service tell of, from the scheduled instant to the last
 * byte of the answer. They add up to the response time exactly; time that no stage accounts for is a separate part.
 *
 *   response = lateness + connect + network + [parse + tokenise + queue + batch + infer + handover + post + encode + framework]
 *
 *   network    the answer's time at the client less the server's own total: both ways, sockets, the parsing of HTTP
 *   framework  the server's total less its named stages
 *
 * Over successes of the measured window. Computed inside the database, a column at a time: no stage of ten million requests
 * is ever held here.
 */
import { stageColumns } from "../../workloads/samples/stages.ts";
import { overFile } from "../input/columns.ts";
import type { StageCell } from "../schema/stages.ts";
import type { TrialResult } from "../schema/trial.ts";
import { quantileNeeds } from "../statistics/quantile.ts";
import { tIntervalOfSkewed } from "../statistics/student.ts";

const server = ["parse", "tokenise", "queue", "batch", "infer", "handover", "post", "encode"] as const;

/** In the order in which a request passes them, as an expression over the columns of samples.parquet. */
const parts: Readonly<Record<string, string>> = {
  lateness: "sentMs - scheduledMs",
  connect: stageColumns.connect,
  network: `completedMs - sentMs - ${stageColumns.connect} - ${stageColumns.total}`,
  ...Object.fromEntries(server.map((stage) => [stage, stageColumns[stage]])),
  framework: `${stageColumns.total} - (${server.map((stage) => stageColumns[stage]).join(" + ")})`,
  response: "completedMs - scheduledMs",
};
export const stageParts = Object.keys(parts);
/** Nobody says what was done in these. */
export const unnamedParts = ["network", "framework"] as const;

export interface TrialStages {
  /** Successes of the window that told their stages, and that did not. */
  readonly told: number;
  readonly silent: number;
  /** Mean number of texts in the run of the model that answered a request. */
  readonly runTexts: number;
  /** By part, ms; NaN where the trial has too few requests for the quantile. */
  readonly parts: Readonly<
    Record<string, { readonly mean: number; readonly p50: number; readonly p99: number }>
  >;
}

/** @returns undefined where no request of the window told its stages */
export function trialStages(
  path: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<TrialStages | undefined> {
  return overFile(path, async (connection, file) => {
    const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS()[0]!.map(Number);
    const names = (await connection.runAndReadAll(`SELECT * FROM ${file} LIMIT 0`)).columnNames();
    if (!names.includes(stageColumns.total)) return undefined;
    const within = `outcome = 'ok' AND scheduledMs >= ${fromMs} AND scheduledMs < ${toMs}`;
    const [told = 0, all = 0, runTexts = Number.NaN] = await ask(
      `SELECT count(${stageColumns.total})::DOUBLE, count(*)::DOUBLE, avg(${stageColumns.texts}) FROM ${file} WHERE ${within}`,
    );
    if (told === 0) return undefined;
    const found: Record<string, { mean: number; p50: number; p99: number }> = {};
    for (const [part, expression] of Object.entries(parts)) {
      const [mean, p50, p99] = await ask(
        `SELECT avg(${expression}), quantile_cont(${expression}, 0.5), quantile_cont(${expression}, 0.99) ` +
          `FROM ${file} WHERE ${within} AND ${stageColumns.total} IS NOT NULL`,
      );
      found[part] = { mean: mean!, p50: enough(told, 0.5, p50!), p99: enough(told, 0.99, p99!) };
    }
    return { told, silent: all - told, runTexts, parts: found };
  });
}

function enough(n: number, p: number, value: number): number {
  return n >= quantileNeeds(p) ? value : Number.NaN;
}

export interface StageArm {
  readonly variant: string;
  readonly arm: StageCell["arm"];
  readonly scenario: string;
  readonly trials: readonly { readonly result: TrialResult; readonly stages: TrialStages | undefined }[];
}

/** Means over valid trials that are not overloaded, each with its t interval; no cell where no trial told. */
export function stageCell({ variant, arm, scenario, trials }: StageArm, alpha: number): StageCell[] {
  if (trials.every(({ stages }) => stages === undefined)) return [];
  const told = trials.flatMap(({ result, stages }) =>
    stages !== undefined && result.valid && !result.saturated ? [stages] : [],
  );
  const over = (of: (stages: TrialStages) => number) => {
    const values = told.map(of);
    return values.every(Number.isFinite) ? tIntervalOfSkewed(values, alpha) : null;
  };
  return [
    {
      variant,
      arm,
      scenario,
      requests: told.reduce((sum, stages) => sum + stages.told, 0),
      silent: told.reduce((sum, stages) => sum + stages.silent, 0),
      runTexts: over(({ runTexts }) => runTexts),
      parts: stageParts.map((part) => ({
        part,
        mean: over((stages) => stages.parts[part]!.mean),
        p50: over((stages) => stages.parts[part]!.p50),
        p99: over((stages) => stages.parts[part]!.p99),
      })),
      unnamed: over((stages) => {
        const sum = unnamedParts.reduce((ms, part) => ms + stages.parts[part]!.mean, 0);
        return sum / stages.parts.response!.mean;
      }),
      why:
        told.length >= 2
          ? ""
          : told.length === 1
            ? "one trial has no interval"
            : "no valid trial without overload told its stages",
    },
  ];
}
