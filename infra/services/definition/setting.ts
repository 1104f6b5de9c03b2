/** One setting of a service: its allowed values, and where its value goes when the service is started. */
import { z } from "zod";
import { startText } from "./run.ts";

export const settingValue = z.union([z.string(), z.number(), z.boolean()]);
export type SettingValue = z.infer<typeof settingValue>;
/** Of one variant, by setting. */
export type Settings = Readonly<Record<string, SettingValue>>;

/** Fields of a pod's probes that a setting may go to. */
const probeFields = ["periodSeconds", "timeoutSeconds", "failureThreshold"] as const;
const probeDestinations = (["readiness", "liveness"] as const).flatMap((probe) =>
  probeFields.map((field) => `lifecycle.${probe}.${field}` as const),
);

/** What the testbed itself acts on, by name. */
export const namedDestinations = [
  /** Copies behind one address. */
  "replicas",
  /** Cores that a pod may use, and is promised half of. */
  "resources.cpu",
  /** MiB that a pod may use. */
  "resources.memory",
  /** Where a service that runs already is: a variant is a URL. */
  "url",
  /** As a process: started again whenever it ends. On Kubernetes the kubelet does so anyway. */
  "supervised",
  /** A pod that is to stop goes on answering for so long. */
  "lifecycle.preStopSeconds",
  ...probeDestinations,
] as const;

const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a name of an environment variable");

const destination = z.union([
  z.enum(namedDestinations),
  z.strictObject({
    environment: environmentName,
    /** How a value is written there, where not as it is: `{ "true": "on", "false": "off" }`. */
    written: z.record(z.string(), z.string()).optional(),
  }),
  /** A word of the command; `{value}` is replaced. A boolean's word without `{value}` is there where it is true. */
  z.strictObject({ argument: startText.min(1) }),
]);
export type Destination = z.infer<typeof destination>;

function isPattern(text: string): boolean {
  try {
    return new RegExp(`^(?:${text})$`) instanceof RegExp;
  } catch {
    return false;
  }
}

const common = {
  description: z.string().optional(),
  to: z.union([destination, z.array(destination).min(1)]),
  /** The setting has no meaning, and is not passed on, unless each setting named here has one of the values. */
  when: z.record(z.string(), z.array(settingValue).min(1)).optional(),
};

export const settingSpec = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("string"),
    default: z.string(),
    /** Regular expression that a value must match as a whole. */
    pattern: z.string().refine(isPattern, "a regular expression").optional(),
    /** Values that `testbed tune` tries. */
    tune: z.array(z.string()).min(1).optional(),
    ...common,
  }),
  z.strictObject({
    type: z.literal("integer"),
    default: z.int(),
    minimum: z.int().optional(),
    maximum: z.int().optional(),
    tune: z.array(z.int()).min(1).optional(),
    ...common,
  }),
  z.strictObject({
    type: z.literal("number"),
    default: z.number(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    tune: z.array(z.number()).min(1).optional(),
    ...common,
  }),
  z.strictObject({
    type: z.literal("boolean"),
    default: z.boolean(),
    tune: z.array(z.boolean()).min(1).optional(),
    ...common,
  }),
  z.strictObject({
    type: z.literal("enum"),
    values: z.array(startText).min(1),
    default: z.string(),
    tune: z.array(z.string()).min(1).optional(),
    ...common,
  }),
]);
export type SettingSpec = z.infer<typeof settingSpec>;
export type SettingsSpace = Readonly<Record<string, SettingSpec>>;

/** What is wrong with a value, as what was expected; undefined where nothing is. */
export function expectedOf(spec: SettingSpec, value: unknown): string | undefined {
  switch (spec.type) {
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "enum":
      return spec.values.some((one) => one === value) ? undefined : `one of ${spec.values.join(", ")}`;
    case "string":
      if (typeof value !== "string") return "a string";
      if (value.includes("\0")) return "text without a NUL character";
      // An invalid pattern is a problem of its own.
      return spec.pattern === undefined ||
        !isPattern(spec.pattern) ||
        new RegExp(`^(?:${spec.pattern})$`).test(value)
        ? undefined
        : `text that matches ${spec.pattern}`;
    default: {
      const { minimum = -Infinity, maximum = Infinity } = spec;
      const isKind = spec.type === "integer" ? Number.isInteger(value) : Number.isFinite(value);
      return isKind && (value as number) >= minimum && (value as number) <= maximum
        ? undefined
        : `${spec.type === "integer" ? "a whole number" : "a number"}${range(spec.minimum, spec.maximum)}`;
    }
  }
}

function range(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? "" : ` of at most ${maximum}`;
}

/** Values that a search tries: those that the setting names, else all of a short list, else doublings from end to end. */
export function triedValues(spec: SettingSpec): readonly SettingValue[] {
  if (spec.tune !== undefined) return spec.tune;
  if (spec.type === "boolean") return [false, true];
  if (spec.type === "enum") return spec.values;
  if (spec.type !== "integer" || spec.minimum === undefined || spec.maximum === undefined) return [];
  const values: number[] = [];
  for (let value = Math.max(1, spec.minimum); value <= spec.maximum; value *= 2) values.push(value);
  return values;
}

export function destinationsOf({ to }: SettingSpec): readonly Destination[] {
  return Array.isArray(to) ? to : [to];
}

/** Has it a meaning beside these others? */
export function inEffect({ when }: SettingSpec, settings: Settings): boolean {
  return Object.entries(when ?? {}).every(([name, values]) => values.some((one) => one === settings[name]));
}
