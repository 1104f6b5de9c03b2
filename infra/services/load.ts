/** From a service's name or file to a checked service; all problems are reported at once. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { checked } from "../../errors/checked.ts";
import { TestbedError } from "../../errors/errors.ts";
import { defaultExport } from "../workspace/user-module.ts";
import { type BuiltIn, builtIn, defaultService, isBuiltIn } from "./built-in.ts";
import { type ServiceSpec, serviceSpec, type VariantSpec } from "./definition/service.ts";
import { choiceProblems } from "./definition/service-problems.ts";
import { completed, type Variant } from "./definition/variant.ts";
import type { OwnParts } from "./parts/built-in-parts.ts";
import { keptVariants } from "./workspace-variants.ts";

export interface Service {
  readonly spec: ServiceSpec;
  /** Absolute; paths of the spec are relative to it. */
  readonly folder: string;
  /** Absolute path of its file; undefined for a built-in service. */
  readonly file?: string;
  /** Of what the file says, without choices that a study adds. */
  readonly digest: string;
  /** What only code can say; services of the user's own have none. */
  readonly own?: OwnParts;
}

const hint =
  "A service file is TypeScript or JavaScript with a default export, or JSON. docs/services.md describes every key.";

/**
 * @param given the name of a built-in service, or a file, relative to `from`
 * @throws TestbedError (badInput)
 */
export async function loadService(given: string, from = process.cwd()): Promise<Service> {
  if (isBuiltIn(given)) return builtInService(given);
  const file = isAbsolute(given) ? given : resolve(from, given);
  const content = await contentOf(given, file);
  const spec = checkService(content, given);
  if (isBuiltIn(spec.name)) {
    throw new TestbedError("badInput", `the service ${given} has the name of a built-in service`, {
      problems: [{ path: "name", expected: "another name", got: spec.name }],
    });
  }
  return { spec: withKept(spec), folder: dirname(file), file, digest: digestOf(spec) };
}

/** A built-in service, with the variants of this workspace. */
export function builtInService(name: keyof typeof builtIn = defaultService): Service {
  const { definition, folder, own }: BuiltIn = builtIn[name];
  const spec = serviceSpec.parse(definition());
  return { spec: withKept(spec), folder, digest: digestOf(spec), own };
}

function withKept(spec: ServiceSpec): ServiceSpec {
  return { ...spec, variants: { ...keptVariants(spec), ...spec.variants } };
}

/** @throws TestbedError (badInput) listing every problem */
export function checkService(content: unknown, name: string): ServiceSpec {
  return checked(serviceSpec, content, { message: `the service ${name} is not valid`, hint });
}

async function contentOf(given: string, file: string): Promise<unknown> {
  if (!existsSync(file)) {
    throw new TestbedError("badInput", `there is no service ${given}`, {
      problems: [
        { path: "service", expected: `a file, or one of ${Object.keys(builtIn).join(", ")}`, got: file },
      ],
      hint,
    });
  }
  return defaultExport(file, "service");
}

function digestOf(spec: ServiceSpec): string {
  return `sha256:${createHash("sha256").update(JSON.stringify(spec)).digest("hex")}`;
}

/**
 * The same service with further choices by name, as a study or a search makes them.
 * @throws TestbedError (badInput) where one is outside its space
 */
export function withChoices(
  service: Service,
  choices: Readonly<Record<string, VariantSpec>>,
  path = "variants",
): Service {
  const problems = Object.entries(choices).flatMap(([name, choice]) =>
    choiceProblems(service.spec, choice).map(({ path: at, message }) => ({
      path: [path, name, ...at].join("."),
      expected: message,
      got: JSON.stringify(at.length === 0 ? choice : choice[String(at[0])]) ?? "nothing",
    })),
  );
  if (problems.length > 0) {
    throw new TestbedError("badInput", `settings of ${service.spec.name} are outside their space`, {
      problems,
      hint: "The service's file lists the settings and their values.",
    });
  }
  return { ...service, spec: { ...service.spec, variants: { ...service.spec.variants, ...choices } } };
}

export function variantNames({ spec }: Service): string[] {
  return Object.keys(spec.variants);
}

export function hasVariant({ spec }: Service, name: string): boolean {
  return Object.hasOwn(spec.variants, name);
}

/** @throws TestbedError (badInput) naming the variants there are */
export function variantOf({ spec }: Service, name: string): Variant {
  const choice = spec.variants[name];
  if (choice === undefined) {
    throw new TestbedError("badInput", `${spec.name} has no variant ${name}`, {
      problems: [{ path: "variant", expected: `one of ${Object.keys(spec.variants).join(", ")}`, got: name }],
    });
  }
  const { description = "", agreement: _, ...own } = choice;
  return { name, description, settings: completed(spec.settings, own) };
}

/** The same variant with its answers telling their stages, where the service knows how. */
export function tellingStages({ spec }: Service, variant: Variant): Variant {
  if (spec.stages === undefined) return variant;
  return { ...variant, settings: { ...variant.settings, [spec.stages]: true } };
}
