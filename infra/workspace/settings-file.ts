/**
 * The settings given for a target, for its programs to read: `.testbed/settings/<target>.json`. They are kept until new
 * ones are given, so that `pulumi up` by hand, a second command and a resumed run use the same place.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { checked } from "../../errors/checked.ts";
import { writeWhole } from "../../files/whole-file.ts";
import { privateFolder } from "./paths.ts";

/** More would have to share this machine's cores. */
export const mostNodes = 4;

/** By target. A target that is not here takes no settings. */
export const targetSettings = {
  "k3s-docker": z.strictObject({ nodes: z.coerce.number().int().min(1).max(mostNodes).default(1) }),
  cluster: z.strictObject({
    /** Of a kubeconfig: never the current one by default. */
    context: z.string().min(1),
    /** From which the cluster pulls, and to which this machine may push. */
    registry: z.string().min(1),
    /** Path; empty: KUBECONFIG or the usual file. */
    kubeconfig: z.string().default(""),
  }),
} as const;

export type SettledTarget = keyof typeof targetSettings;
export type SettingsOf<T extends SettledTarget> = z.infer<(typeof targetSettings)[T]>;

/** As options of a command. */
export type GivenSettings = Readonly<Record<string, unknown>>;

/**
 * The kept settings, updated by the given ones.
 * @throws TestbedError for a setting that the target does not take, or that is not what it should be
 */
export function settingsFrom(target: string, before: object, given: GivenSettings): object {
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  const settings = { ...before, ...Object.fromEntries(named) };
  return checked(schemaOf(target), settings, {
    message: `these settings do not fit the target ${target}`,
    path: (key) => `--${key}`,
    hint: "`testbed setup --help` shows which option belongs to which target.",
  });
}

/** Keeps what is given; where nothing is, what was told before stands. */
export async function writeSettings(target: string, given: GivenSettings): Promise<void> {
  if (Object.values(given).every((value) => value === undefined)) return;
  const settings = await settingsWith(target, given);
  await writeWhole(pathOf(target), `${JSON.stringify(settings, null, 2)}\n`);
}

/** What the target will have been told with what is given now; nothing is kept. @throws as `settingsFrom` */
export async function settingsWith(target: string, given: GivenSettings): Promise<object> {
  return settingsFrom(target, await before(target), given);
}

/** @throws TestbedError where a setting without a default has never been told */
export async function readSettings<T extends SettledTarget>(target: T): Promise<SettingsOf<T>> {
  const settings = await before(target);
  return checked(targetSettings[target], settings, {
    message: `the target ${target} lacks required settings`,
    path: (key) => `--${key}`,
    hint: `npx testbed setup --target ${target} with these options`,
  }) as SettingsOf<T>;
}

async function before(target: string): Promise<object> {
  return readFile(pathOf(target), "utf8")
    .then((text) => JSON.parse(text) as object)
    .catch(() => ({}));
}

function schemaOf(target: string) {
  return targetSettings[target as SettledTarget] ?? z.strictObject({});
}

function pathOf(target: string): string {
  return join(privateFolder, "settings", `${target}.json`);
}
