/** A variant: a named choice of a service's settings, with every setting's value, and where the values go. */
import type { Lifecycle } from "./lifecycle.ts";
import { usualLifecycle } from "./lifecycle.ts";
import { amountOf } from "./quantity.ts";
import type { ServiceSpec } from "./service.ts";
import { destinationsOf, inEffect, type Settings, type SettingsSpace, type SettingValue } from "./setting.ts";

export interface Variant {
  readonly name: string;
  readonly description: string;
  /** Of every setting. */
  readonly settings: Settings;
}

/** What a choice says, and the defaults of what it leaves out. */
export function completed(space: SettingsSpace, choice: Readonly<Record<string, unknown>>): Settings {
  return Object.fromEntries(
    Object.entries(space).map(([name, spec]) => [name, (choice[name] ?? spec.default) as SettingValue]),
  );
}

/** Why the combination is not valid. */
export function broken(never: ServiceSpec["never"], settings: Settings, space: SettingsSpace): string[] {
  return never.flatMap(({ where, because }) => {
    const holds = Object.entries(where).every(([name, condition]) => {
      const value = settings[name]!;
      if (!inEffect(space[name]!, settings)) return false;
      if (Array.isArray(condition)) return condition.some((one) => one === value);
      const { atLeast = -Infinity, atMost = Infinity } = condition;
      return Number(value) >= atLeast && Number(value) <= atMost;
    });
    return holds ? [because] : [];
  });
}

type Space = Pick<ServiceSpec, "settings">;

/** Every setting that has a meaning beside the others, with its value. */
export function meant({ settings: space }: Space, { settings }: Variant) {
  return Object.entries(space)
    .filter(([, spec]) => inEffect(spec, settings))
    .map(([name, spec]) => ({ name, spec, value: settings[name]!, to: destinationsOf(spec) }));
}

/** The settings as the service reads them. */
export function environmentOf(service: Space, variant: Variant): Record<string, string> {
  return Object.fromEntries(
    meant(service, variant).flatMap(({ value, to }) =>
      to.flatMap((one) =>
        typeof one === "object" && "environment" in one
          ? [[one.environment, one.written?.[String(value)] ?? String(value)]]
          : [],
      ),
    ),
  );
}

/** Words that follow the command. */
export function argumentsOf(service: Space, variant: Variant): string[] {
  return meant(service, variant).flatMap(({ value, to }) =>
    to.flatMap((one) => {
      if (typeof one !== "object" || !("argument" in one)) return [];
      if (one.argument.includes("{value}")) return [one.argument.replaceAll("{value}", String(value))];
      return value === false ? [] : [one.argument];
    }),
  );
}

/** The value of the setting that goes there; undefined where none does. */
function goingTo(service: Space, variant: Variant, destination: string): SettingValue | undefined {
  return meant(service, variant).find(({ to }) => to.some((one) => one === destination))?.value;
}

export function replicasOf(service: Space, variant: Variant): number {
  return Number(goingTo(service, variant, "replicas") ?? 1);
}

export function isSupervised(service: Space, variant: Variant): boolean {
  return goingTo(service, variant, "supervised") === true;
}

/** @returns undefined for a service that is deployed */
export function urlOf(service: Pick<ServiceSpec, "settings" | "run">, variant: Variant): string | undefined {
  const own = goingTo(service, variant, "url");
  if (own !== undefined) return String(own);
  return service.run.kind === "url" ? service.run.url : undefined;
}

/** How its pods are probed and stopped. */
export function lifecycleOf(service: Space, variant: Variant): Lifecycle {
  const own = (path: string, usual: number) =>
    Number(goingTo(service, variant, `lifecycle.${path}`) ?? usual);
  const probe = (name: "readiness" | "liveness") => ({
    periodSeconds: own(`${name}.periodSeconds`, usualLifecycle[name].periodSeconds),
    timeoutSeconds: own(`${name}.timeoutSeconds`, usualLifecycle[name].timeoutSeconds),
    failureThreshold: own(`${name}.failureThreshold`, usualLifecycle[name].failureThreshold),
  });
  return {
    readiness: probe("readiness"),
    liveness: probe("liveness"),
    preStopSeconds: own("preStopSeconds", usualLifecycle.preStopSeconds),
  };
}

/** Of a pod, cores and MiB; undefined where nothing is said. */
export function resourcesOf(
  service: Pick<ServiceSpec, "settings" | "resources">,
  variant: Variant,
): { readonly cpu: number | undefined; readonly memoryMebibytes: number | undefined } {
  const of = (destination: string, declared: ServiceSpec["resources"]["cpu"]) => {
    const set = goingTo(service, variant, destination);
    if (set !== undefined) return Number(set);
    return declared === undefined ? undefined : amountOf(declared, variant.settings, service.settings);
  };
  return {
    cpu: of("resources.cpu", service.resources.cpu),
    memoryMebibytes: of("resources.memory", service.resources.memory),
  };
}

/** What one variant works on at the same time. */
export interface Shape {
  /** Copies behind one address. */
  readonly replicas: number;
  /** Of one copy: processes that accept connections. */
  readonly processes: number;
  /** Of one copy: requests, or batches of them, at the same time. */
  readonly servers: number;
  /** Requests in one batch, at most. */
  readonly batch: number;
}

/** @returns undefined where the service does not say */
export function shapeOf(
  service: Pick<ServiceSpec, "settings" | "concurrency">,
  variant: Variant,
): Shape | undefined {
  const { concurrency, settings: space } = service;
  if (concurrency === undefined) return undefined;
  const of = (amount: typeof concurrency.servers) => amountOf(amount, variant.settings, space);
  return {
    replicas: replicasOf(service, variant),
    processes: of(concurrency.processes),
    servers: of(concurrency.servers),
    batch: of(concurrency.batch),
  };
}

/** Requests that it can work on at the same time, all its copies together; undefined where the service does not say. */
export function requestsAtOnce(
  service: Pick<ServiceSpec, "settings" | "concurrency">,
  variant: Variant,
): number | undefined {
  const shape = shapeOf(service, variant);
  return shape === undefined ? undefined : shape.replicas * shape.servers * shape.batch;
}

/** Destinations that only pods have. */
const ofPods = (destination: unknown) =>
  typeof destination === "string" &&
  (destination.startsWith("lifecycle.") || destination.startsWith("resources."));

/**
 * Flat, for the manifest and the report: every setting that has a meaning there.
 * @param pods whether the variant runs in pods, which have probes and resource limits
 */
export function shownSettings(service: Space, variant: Variant, pods: boolean): Record<string, SettingValue> {
  return Object.fromEntries(
    meant(service, variant)
      .filter(({ to }) => pods || !to.every(ofPods))
      .map(({ name, value }) => [name, value]),
  );
}

/** Settings that only pods have, and that the variant gives another value than the default. */
export function podSettings(service: Space, variant: Variant): string[] {
  return meant(service, variant)
    .filter(({ spec, value, to }) => to.every(ofPods) && value !== spec.default)
    .map(({ name }) => name);
}
