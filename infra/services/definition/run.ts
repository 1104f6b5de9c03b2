/** How a service is run, one schema per kind: data, with paths relative to the service file's folder. */
import { z } from "zod";
import { TestbedError } from "../../../errors/errors.ts";
import { withoutCredentials } from "../../../workloads/ask/address.ts";
import { secretValues } from "../../../workloads/ask/masked-secrets.ts";

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a name of an environment variable");

/** No process can be given another. */
export const startText = z.string().refine((text) => !text.includes("\0"), "text without a NUL character");

/** A value, which is kept and shown; or the name of a variable of the environment of `testbed`, whose value is not. */
const environment = z.record(variable, z.union([startText, z.strictObject({ environment: variable })]));
export type RunEnvironment = z.infer<typeof environment>;
const folder = z.string().min(1);

/** What processes of this machine share. */
const local = {
  /** Beside what the settings say. */
  environment: environment.default({}),
  /** The environment of `testbed` is passed on; off: only what is said here. */
  inheritEnvironment: z.boolean().default(true),
};

/**
 * Locked Python packages (`uv pip compile --generate-hashes`, or `uv export`). They are installed into an environment of the service's own,
 * which is cached by what the file says; `python` in a command is its interpreter.
 */
const requirements = z.string().min(1);

/** Of an image, the digest; a tag is another image tomorrow. */
const imageByDigest = z
  .string()
  .regex(
    /^[^\s@]+@sha256:[0-9a-f]{64}$/,
    "an image by digest, such as registry/name@sha256:<64 digits> (docker image inspect --format '{{.RepoDigests}}' <image>)",
  );

/** A service's address is stored with every result. */
const plainUrl = z
  .url({ protocol: /^https?$/ })
  .refine(
    (url) => withoutCredentials(url) === url,
    "a URL without user and password: put credentials in a header from the environment",
  );

export const runSpec = z.discriminatedUnion("kind", [
  /** A BentoML project; its service as `bentofile.yaml` or `pyproject.toml` says where none is named. */
  z.strictObject({
    kind: z.literal("bentoml"),
    project: folder.default("."),
    service: z
      .string()
      .regex(/^[\w./-]+(\.py)?:\w+$/, "a file or module and a name, such as service.py:Summarizer")
      .optional(),
    /** Left out: `requirements.lock` or `requirements.txt` of the project, whichever there is. */
    requirements: requirements.optional(),
    ...local,
  }),
  /** A bento of the local store: BENTOML_HOME, or ~/bentoml. */
  z.strictObject({
    kind: z.literal("bento"),
    tag: z.string().regex(/^[a-z0-9][\w.-]*:[\w.-]+$/, "name:version"),
    /** The interpreter whose `bentoml` serves it; default `python3` on PATH. */
    requirements: requirements.optional(),
    ...local,
  }),
  /** Any command that listens on `{port}` of 127.0.0.1. */
  z
    .strictObject({
      kind: z.literal("command"),
      command: z.array(startText).min(1),
      folder: folder.default("."),
      requirements: requirements.optional(),
      ...local,
    })
    .refine(
      ({ command, environment: variables }) =>
        [...command, ...Object.values(variables)].some(
          (one) => typeof one === "string" && one.includes("{port}"),
        ),
      {
        path: ["command"],
        message: 'a word with {port}, or a variable such as PORT: "{port}" in environment',
      },
    ),
  /** On Kubernetes only. */
  z.strictObject({
    kind: z.literal("image"),
    image: imageByDigest,
    /** A file that holds it (`docker save`): it is given to the nodes, or sent to the cluster's registry, and not pulled. */
    archive: z.string().min(1).optional(),
    /** On which it listens. */
    port: z.int().min(1).max(65_535),
    /** In place of the image's own entry point. */
    command: z.array(startText).min(1).optional(),
    environment: environment.default({}),
    /** The image's user, where it is not a number of its own: the restricted pod standard wants to know that it is not root. */
    user: z.int().min(1).optional(),
    /** Its file system may be written to. */
    writable: z.boolean().default(false),
  }),
  /** Runs already: nothing is deployed. Left out where each variant is a URL of its own. */
  z.strictObject({ kind: z.literal("url"), url: plainUrl.optional() }),
]);
export type RunSpec = z.infer<typeof runSpec>;
export type RunKind = RunSpec["kind"];

/** Where each kind can run. */
export const targetsOfKind = {
  bentoml: ["process", "k3s", "k3s-docker", "cluster"],
  bento: ["process"],
  command: ["process"],
  image: ["k3s", "k3s-docker", "cluster"],
  url: ["url"],
} as const satisfies Record<RunKind, readonly string[]>;

/** Variables with values that may be kept, and the names of those whose values may not. */
export function variablesOf(run: RunSpec): {
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
} {
  const all = "environment" in run ? Object.entries(run.environment) : [];
  return {
    values: Object.fromEntries(
      all.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
    ),
    secrets: Object.fromEntries(
      all.flatMap(([name, value]) => (typeof value === "string" ? [] : [[name, value.environment]])),
    ),
  };
}

/** Values of the variables that are passed on by name, to be hidden. */
export function secretsOf(run: RunSpec, environment: NodeJS.ProcessEnv = process.env): string[] {
  return secretValues(Object.values(variablesOf(run).secrets), environment);
}

/**
 * What a service is started with is there before anything is made.
 * @throws TestbedError (badInput) naming every variable that is not set
 */
export function checkVariables(run: RunSpec, environment: NodeJS.ProcessEnv = process.env): void {
  const missing = Object.entries(variablesOf(run).secrets).filter(
    ([, name]) => environment[name] === undefined,
  );
  if (missing.length === 0) return;
  throw new TestbedError("badInput", "the service cannot be started: a variable has no value", {
    problems: missing.map(([own, name]) => ({
      path: `run.environment.${own}`,
      expected: `the environment variable ${name}`,
      got: "not set",
    })),
    hint: "Set it where the command is run; its value is used in memory and never stored.",
  });
}
