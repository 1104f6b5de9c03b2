/**
 * Problems of a service file that its schema cannot see in a single key: names without a definition, values outside
 * their setting's space.
 */
import { withoutCredentials } from "../../../workloads/ask/address.ts";
import { type Quantity, quantityProblems } from "./quantity.ts";
import type { ServiceSpec } from "./service.ts";
import { destinationsOf, expectedOf, type SettingsSpace, type SettingValue } from "./setting.ts";
import { broken, completed } from "./variant.ts";

export interface SpecProblem {
  readonly path: (string | number)[];
  readonly message: string;
}

type Checked = Pick<
  ServiceSpec,
  "run" | "settings" | "variants" | "never" | "concurrency" | "cores" | "resources" | "stages" | "workers"
>;

/** Words that a variant uses beside settings. */
const reserved = ["description", "agreement", "name"];

export function specProblems(spec: Checked): SpecProblem[] {
  return [
    ...settingProblems(spec),
    ...quantities(spec).flatMap(([path, of]) =>
      quantityProblems(of, spec.settings).map(({ expected, got }) => ({
        path,
        message: `${expected}, not ${got}`,
      })),
    ),
    ...spec.never.flatMap(({ where }, index) =>
      Object.keys(where)
        .filter((name) => !Object.hasOwn(spec.settings, name))
        .map((name) => ({ path: ["never", index, "where", name], message: settingOf(spec.settings) })),
    ),
    ...(spec.stages === undefined || spec.settings[spec.stages]?.type === "boolean"
      ? []
      : [{ path: ["stages"], message: "a setting that is true or false" }]),
    ...Object.entries(spec.variants).flatMap(([name, variant]) =>
      choiceProblems(spec, variant).map(({ path, message }) => ({
        path: ["variants", name, ...path],
        message,
      })),
    ),
    ...(Object.keys(spec.variants).length === 0 ? [{ path: ["variants"], message: "at least one" }] : []),
  ];
}

/** What is wrong with one choice of settings. */
export function choiceProblems(
  { settings: space, never, run }: Pick<Checked, "settings" | "never" | "run">,
  choice: Readonly<Record<string, unknown>>,
): SpecProblem[] {
  const own = Object.entries(choice).filter(([name]) => !reserved.includes(name));
  const problems = own.flatMap(([name, value]): SpecProblem[] => {
    const spec = space[name];
    if (spec === undefined) return [{ path: [name], message: settingOf(space) }];
    const expected = expectedOf(spec, value);
    return expected === undefined ? [] : [{ path: [name], message: expected }];
  });
  if (problems.length > 0) return problems;
  const settings = completed(space, Object.fromEntries(own) as Record<string, SettingValue>);
  const urls = Object.entries(space).filter(([, one]) => destinationsOf(one).includes("url"));
  for (const [name] of urls) {
    if (withoutCredentials(String(settings[name])) === String(settings[name])) continue;
    return [
      {
        path: [name],
        message: "a URL without user and password: put credentials in a header from the environment",
      },
    ];
  }
  if (run.kind === "url" && run.url === undefined) {
    const [name] = urls[0] ?? [];
    const value = name === undefined ? undefined : settings[name];
    if (typeof value !== "string" || !/^https?:\/\//.test(value) || !URL.canParse(value)) {
      return [
        {
          path: name === undefined ? [] : [name],
          message: "an http or https URL, since no setting gives this service's address",
        },
      ];
    }
  }
  return broken(never, settings, space).map((because) => ({ path: [], message: because }));
}

function settingProblems({ settings, run }: Checked): SpecProblem[] {
  return Object.entries(settings).flatMap(([name, spec]) => {
    const at = (...rest: (string | number)[]) => ["settings", name, ...rest];
    const problems: SpecProblem[] = [];
    if (reserved.includes(name))
      problems.push({ path: at(), message: `another name: ${reserved.join(", ")} are reserved in variants` });
    const wrong = expectedOf(spec, spec.default);
    if (wrong !== undefined) problems.push({ path: at("default"), message: wrong });
    for (const [index, value] of (spec.tune ?? []).entries()) {
      const expected = expectedOf(spec, value);
      if (expected !== undefined) problems.push({ path: at("tune", index), message: expected });
    }
    for (const other of Object.keys(spec.when ?? {})) {
      if (!Object.hasOwn(settings, other))
        problems.push({ path: at("when", other), message: settingOf(settings) });
    }
    for (const to of destinationsOf(spec)) {
      const expected = typeof to === "string" ? typeFor(to) : undefined;
      if (expected !== undefined && !expected.includes(spec.type)) {
        problems.push({
          path: at("type"),
          message: `${expected.join(" or ")}, for what goes to ${String(to)}`,
        });
      }
      if (
        typeof to !== "string" &&
        "argument" in to &&
        spec.type !== "boolean" &&
        !to.argument.includes("{value}")
      ) {
        problems.push({
          path: at("to"),
          message: "an argument with {value}: otherwise every value starts the same service",
        });
      }
      if (typeof to !== "string" && run.kind === "url") {
        problems.push({
          path: at("to"),
          message: "url: a running service takes no environment variables or arguments",
        });
      }
      if (typeof to !== "string" && "argument" in to && run.kind === "image" && run.command === undefined) {
        problems.push({
          path: at("to"),
          message: "an environment variable, or a run.command to add the argument to",
        });
      }
    }
    return problems;
  });
}

/** Types of a setting that goes there. */
function typeFor(to: string): string[] {
  if (to === "url") return ["string", "enum"];
  if (to === "supervised") return ["boolean"];
  return to === "resources.cpu" ? ["number", "integer"] : ["integer"];
}

function quantities({ concurrency, cores, resources }: Checked): [string[], Quantity][] {
  const named: [string[], Quantity | undefined][] = [
    [["concurrency", "processes"], concurrency?.processes],
    [["concurrency", "servers"], concurrency?.servers],
    [["concurrency", "batch"], concurrency?.batch],
    [["cores"], cores],
    [["resources", "cpu"], resources.cpu],
    [["resources", "memory"], resources.memory],
  ];
  return named.filter((one): one is [string[], Quantity] => one[1] !== undefined);
}

function settingOf(space: SettingsSpace): string {
  const names = Object.keys(space);
  return names.length === 0
    ? "no such key: the service declares no settings"
    : `a setting: ${names.join(", ")}`;
}
