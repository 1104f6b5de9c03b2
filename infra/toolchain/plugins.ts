/**
 * The engine's kubernetes and docker plugins. Each is the official one if it is installed or can be downloaded;
 * otherwise, and only on request (`--airgap`), the testbed's stand-in. The manifest records which one was used.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { TestbedError } from "../../errors/errors.ts";
import sdk from "../../package.json" with { type: "json" };
import { privateFolder } from "../workspace/paths.ts";
import type { ProvideOptions } from "./provide/cache.ts";
import type { DoctorLine, Part } from "./provide/part.ts";
import { pluginToTake } from "./provide/plugin-mirror.ts";
import type { PluginVersion } from "./provide/published.ts";
import { isOn, type PublishedFile, verifiedDownload, whyNotTaken } from "./provide/verified-download.ts";

/** A plugin has the version of its SDK. */
export const pluginVersions = {
  kubernetes: sdk.dependencies["@pulumi/kubernetes"],
  docker: sdk.dependencies["@pulumi/docker"],
} as const;
type Plugin = keyof typeof pluginVersions;
const plugins = Object.keys(pluginVersions) as Plugin[];

type Provide = (
  pulumi: string,
  environment: Readonly<Record<string, string>>,
  options: Pick<ProvideOptions, "progress">,
) => Promise<Part>;

export const provideKubernetesPlugin: Provide = (...how) => provide("kubernetes", ...how);
export const provideDockerPlugin: Provide = (...how) => provide("docker", ...how);

/** @throws TestbedError where there is no official one and the stand-in was not asked for */
async function provide(
  name: Plugin,
  ...[pulumi, environment, { progress }]: Parameters<Provide>
): Promise<Part> {
  const version = pluginVersions[name];
  const place = placeOf(name, environment.PULUMI_HOME!);
  let note = "installed before";
  if (!existsSync(place)) {
    const release = pluginToTake({ name, version });
    const unreachable = await whyNotTaken(release);
    if (unreachable !== null) return useStandIn(name, unreachable);
    note = await installOfficialPlugin(pulumi, environment, { name, version, release }, progress);
  }
  await rm(chosen(name), { force: true });
  return { part: partOf(name), version, origin: "official plugin", path: place, note };
}

/**
 * The archive as published, checked, and handed to the engine.
 *
 * @returns note for the manifest
 * @throws TestbedError (missingPart) where it cannot be had or is not what was published
 */
export async function installOfficialPlugin(
  pulumi: string,
  environment: Readonly<Record<string, string>>,
  { name, version, release }: PluginVersion & { readonly release: PublishedFile },
  progress: (line: string) => void,
): Promise<string> {
  const { what, url } = release;
  progress(`downloading ${what}`);
  const asked = ["plugin", "install", "resource", name, version];
  const { content, note } = await verifiedDownload(release);
  const folder = await mkdtemp(join(tmpdir(), "testbed-plugin-"));
  try {
    const file = join(folder, basename(url));
    await writeFile(file, content);
    await engineInstalls(pulumi, environment, [...asked, "--file", file], what);
    return note;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function engineInstalls(
  pulumi: string,
  environment: Readonly<Record<string, string>>,
  asked: readonly string[],
  what: string,
): Promise<void> {
  const { failed, all } = await execa(pulumi, asked, { env: environment, reject: false, all: true });
  if (failed)
    throw new TestbedError("missingPart", `${what} could not be installed`, { hint: all?.trim() ?? "" });
}

/** What the engine's PATH begins with, for a checkout that uses stand-ins. */
export function standInPath(): readonly string[] {
  return plugins.filter((name) => existsSync(chosen(name))).map(standIn);
}

/** The same environment, for a toolchain that was made before the choice. */
export function withStandIn(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const ours = plugins.map(standIn);
  const path = (environment.PATH ?? "").split(delimiter).filter((folder) => !ours.includes(folder));
  return { ...environment, PATH: [...standInPath(), ...path].join(delimiter) };
}

const wantedBy = { kubernetes: "k3s", docker: "k3s-docker" } as const;
const advice = "--airgap (or TESTBED_AIRGAP=1) uses the testbed's own stand-in";

export function doctorPlugins(pulumiHome: string): readonly DoctorLine[] {
  return plugins.map((name) => {
    const official = existsSync(placeOf(name, pulumiHome));
    const found = official || existsSync(chosen(name));
    return {
      part: partOf(name),
      found,
      version: found ? pluginVersions[name] : "",
      origin: official ? "official plugin" : found ? "stand-in of the testbed" : "",
      advice: found ? "" : `Only needed for the ${wantedBy[name]} target, which downloads it; ${advice}.`,
    };
  });
}

async function useStandIn(name: Plugin, unreachable: string): Promise<Part> {
  if (!isOn(process.env.TESTBED_AIRGAP) && !existsSync(chosen(name))) {
    throw new TestbedError(
      "missingPart",
      `the official ${name} plugin is not installed and its download cannot be reached (${unreachable})`,
      { hint: `${advice}, which supports the types that the testbed uses.` },
    );
  }
  await mkdir(dirname(chosen(name)), { recursive: true });
  await writeFile(chosen(name), "");
  return {
    part: partOf(name),
    version: pluginVersions[name],
    origin: "stand-in of the testbed",
    path: join(standIn(name), `pulumi-resource-${name}`),
    note: `not the official plugin, whose download was out of reach (${unreachable})`,
  };
}

function partOf(name: Plugin): string {
  return `pulumi ${name} plugin`;
}

function placeOf(name: Plugin, pulumiHome: string): string {
  return join(pulumiHome, "plugins", `resource-${name}-v${pluginVersions[name]}`);
}

function standIn(name: Plugin): string {
  return fileURLToPath(new URL(`../airgap/${name}`, import.meta.url));
}

/** There while this workspace uses the stand-in. */
function chosen(name: Plugin): string {
  return join(privateFolder, `${name}-stand-in`);
}
