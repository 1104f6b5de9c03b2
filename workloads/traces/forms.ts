/**
 * The known forms of traces, each recognised by its headings. To add one: one entry here. In every other file the
 * column is chosen by its heading, and an ambiguous file is refused: an index is not an instant.
 */

export const units = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 } as const;
export type Unit = keyof typeof units;

export interface Form {
  /** Whose trace, and where it is described. */
  readonly source: string;
  /** Headings that only this one has, as `headingKey` gives them. */
  readonly headings: readonly string[];
  /** Heading of the instants. */
  readonly column: string;
  readonly unit: Unit;
  /** The column tells the end of a request: this one, in the same unit, is taken off it; rows are then not in order. */
  readonly lessColumn?: string;
}

export const forms = {
  burstgpt: {
    source: "BurstGPT (Wang et al. 2024, github.com/HPMLL/BurstGPT)",
    headings: ["timestamp", "requesttokens", "responsetokens", "logtype"],
    column: "timestamp",
    unit: "s",
  },
  "azure-llm": {
    source: "Azure LLM inference traces 2023 and 2024 (github.com/Azure/AzurePublicDataset)",
    headings: ["timestamp", "contexttokens", "generatedtokens"],
    column: "timestamp",
    unit: "s",
  },
  "azure-functions": {
    source: "Azure Functions invocations 2021 (github.com/Azure/AzurePublicDataset)",
    headings: ["app", "func", "endtimestamp", "duration"],
    column: "endtimestamp",
    unit: "s",
    lessColumn: "duration",
  },
  mooncake: {
    source: "Mooncake (Qin et al. 2024, github.com/kvcache-ai/Mooncake)",
    headings: ["timestamp", "inputlength", "outputlength", "hashids"],
    column: "timestamp",
    unit: "ms",
  },
} as const satisfies Record<string, Form>;
export type FormName = keyof typeof forms | "plain";
export const formNames = [
  "burstgpt",
  "azure-llm",
  "azure-functions",
  "mooncake",
  "plain",
] as const satisfies readonly FormName[];

/** A heading without case, spaces and signs. */
export function headingKey(heading: string): string {
  return heading.toLowerCase().replace(/\(.*?\)|[^a-z0-9]/g, "");
}

export function formOf(headings: readonly string[]): keyof typeof forms | undefined {
  const keys = headings.map(headingKey);
  return Object.entries<Form>(forms).find(([, form]) =>
    form.headings.every((key) => keys.includes(key)),
  )?.[0] as keyof typeof forms | undefined;
}

/** Best first; those of one row are equally good. */
const likelyColumns: readonly RegExp[] = [
  /^(?:arrivaltimestamp|arrivaltime|arrivedat|arrival|arrivals|arrivaloffset)(?:s|ms|us|ns|sec|seconds|millis)?$/,
  /^(?:timestamp|requesttimestamp|requesttime|starttimestamp|starttime|startedat|sentat|sendtime|scheduledtime)(?:s|ms|us|ns|sec|seconds|millis)?$/,
  /^(?:time|datetime|date|ts|t|offset|offsets|instant|instants|seconds|sec|createdat|ms|millis)(?:s|ms|us|ns|sec|seconds|millis)?$/,
];

/** The columns that may hold instants: none, one, or several that only the user can choose between. */
export function likelyColumnsOf(headings: readonly string[]): readonly string[] {
  for (const likely of likelyColumns) {
    const found = headings.filter((heading) => likely.test(headingKey(heading)));
    if (found.length > 0) return found;
  }
  return [];
}

/** Where the heading says it: `arrival_ms`, `time (us)`. */
export function unitInHeading(heading: string): Unit | undefined {
  const found =
    /(?:[^a-z]|^)(s|sec|secs|seconds|ms|msec|millis|milliseconds|us|usec|micros|microseconds|ns|nanos|nanoseconds)\)?$/i.exec(
      heading.trim(),
    )?.[1];
  if (found === undefined) return undefined;
  const name = found.toLowerCase();
  return name.startsWith("n")
    ? "ns"
    : name.startsWith("u") || name.startsWith("micro")
      ? "us"
      : name.startsWith("m")
        ? "ms"
        : "s";
}

/** Of a time since 1970, whose size tells its unit: 1.7e9 s, 1.7e12 ms ... */
export function unitOfEpoch(digits: number): Unit | undefined {
  return digits === 13 ? "ms" : digits === 16 ? "us" : digits === 19 ? "ns" : undefined;
}
