/**
 * The stages of one request's time, as far as the service reports them: the `server-timing` header of its answer, read
 * into columns. They exist only where the service sends the header; 4 bytes per request and stage.
 */

/** Column of samples.parquet by the header's name, in the order in which a request passes them. */
export const stageColumns = {
  /** Wait for a connection that the request had to open; the generator's own figure. */
  connect: "connectMs",
  parse: "parseMs",
  tokenise: "tokeniseMs",
  queue: "queueMs",
  batch: "batchMs",
  infer: "inferMs",
  handover: "handoverMs",
  post: "postMs",
  encode: "encodeMs",
  /** All of the above but the first, and what the framework adds. */
  total: "serverMs",
  /** Texts in the run of the model that answered it. */
  texts: "runTexts",
} as const;
export type Stage = keyof typeof stageColumns;
export const stageNames = Object.keys(stageColumns) as Stage[];

/** One value per request; NaN where nothing was told. */
export type StageTimes = Readonly<Record<Stage, Float32Array>>;

/** One request's row of them: a view, so that ten million samples do not carry ten million objects of times. */
export interface StageRow {
  readonly times: StageTimes;
  readonly row: number;
}

export function emptyStages(requests: number): StageTimes {
  return Object.fromEntries(
    stageNames.map((stage) => [stage, new Float32Array(requests).fill(Number.NaN)]),
  ) as unknown as StageTimes;
}

/**
 * `parse;dur=0.12, infer;dur=8.1;desc="4", total;dur=9.3`: durations in ms, a run's size as the description of `infer`.
 * Unknown entries are ignored.
 */
export function readServerTiming(header: string, times: StageTimes, row: number): void {
  for (const entry of header.split(",")) {
    const [name = "", ...parameters] = entry.trim().split(";");
    if (!Object.hasOwn(stageColumns, name) || name === "connect" || name === "texts") continue;
    for (const parameter of parameters) {
      const [key, value = ""] = parameter.trim().split("=");
      if (key === "dur") times[name as Stage][row] = Number(value);
      else if (key === "desc" && name === "infer") times.texts[row] = Number(value.replaceAll('"', ""));
    }
  }
}
