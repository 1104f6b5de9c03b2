/**
 * The kubernetes plugin of the engine: the official one where it is installed or can be downloaded; otherwise, and
 * only when asked (`--airgap`, or `TESTBED_AIRGAP=1`), the stand-in of this testbed. Which one it is goes into the manifest.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { TestbedError } from "../../errors.ts";
import sdk from "../../package.json" with { type: "json" };
import { privateFolder } from "../places.ts";
import type { ProvideOptions } from "./cache.ts";
import type { DoctorLine, Part } from "./part.ts";
import { whyUnreachable } from "./reach.ts";
import { verifiedDownload } from "./verified-download.ts";

/** The plugin has the version of the SDK. */
const version = sdk.dependencies["@pulumi/kubernetes"];
const part = "pulumi kubernetes plugin";
const publisher = "https://github.com/pulumi/pulumi-kubernetes/releases/download";
const standIn = fileURLToPath(new URL("../airgap/kubernetes/", import.meta.url)).replace(/\/$/, "");
/** There while this checkout uses the stand-in. */
const chosen = join(privateFolder, "kubernetes-stand-in");

/** @throws TestbedError where there is no official one and the stand-in was not asked for */
export async function provideKubernetesPlugin(
  pulumi: string,
  environment: Readonly<Record<string, string>>,
  { progress }: Pick<ProvideOptions, "progress">,
): Promise<Part> {
  const home = environment.PULUMI_HOME!;
  const place = join(home, "plugins", `resource-kubernetes-v${version}`);
  let note = "installed before";
  if (!existsSync(place)) {
    const unreachable = await whyUnreachable(
      `${publisher}/v${version}/${archiveName("kubernetes", version)}`,
    );
    if (unreachable !== null) return useStandIn(unreachable);
    const plugin = { name: "kubernetes", version, server: publisher };
    note = await installOfficialPlugin(pulumi, environment, plugin, progress);
  }
  await rm(chosen, { force: true });
  return { part, version, origin: "official plugin", path: place, note };
}

/**
 * The archive as published, checked, and handed to the engine. A release without a list of checksums is left to the
 * engine's own download, and the note says that nothing was checked.
 *
 * @param plugin.server where releases are, with a folder for each version
 * @returns note for the manifest
 * @throws TestbedError (missingPart) where it cannot be had or is not what was published
 */
export async function installOfficialPlugin(
  pulumi: string,
  environment: Readonly<Record<string, string>>,
  plugin: { readonly name: string; readonly version: string; readonly server: string },
  progress: (line: string) => void,
): Promise<string> {
  const { name, version, server } = plugin;
  const what = `the ${name} plugin ${version}`;
  progress(`downloading ${what}`);
  const asked = ["plugin", "install", "resource", name, version];
  const base = `${server}/v${version}`;
  const checksumsUrl = `${base}/pulumi-${name}_${version}_checksums.txt`;
  if ((await whyUnreachable(checksumsUrl)) !== null) {
    await engineInstalls(pulumi, environment, asked, what);
    return "downloaded by the engine; its release has no list of checksums to check it against";
  }
  const archive = await verifiedDownload({
    what,
    url: `${base}/${archiveName(name, version)}`,
    checksumsUrl,
  });
  const folder = await mkdtemp(join(tmpdir(), "testbed-plugin-"));
  try {
    const file = join(folder, archiveName(name, version));
    await writeFile(file, archive);
    await engineInstalls(pulumi, environment, [...asked, "--file", file], what);
    return "checked against the checksum published with the release";
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

/** What the engine's PATH begins with, for a checkout that uses the stand-in. */
export function standInPath(): readonly string[] {
  return existsSync(chosen) ? [standIn] : [];
}

/** The same environment, for a toolchain that was made before the choice. */
export function withStandIn(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const path = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== standIn);
  return { ...environment, PATH: [...standInPath(), ...path].join(delimiter) };
}

export function doctorPlugins(pulumiHome: string): DoctorLine {
  const official = existsSync(join(pulumiHome, "plugins", `resource-kubernetes-v${version}`));
  const found = official || existsSync(chosen);
  return {
    part,
    found,
    version: found ? version : "",
    origin: official ? "official plugin" : found ? "stand-in of the testbed" : "",
    advice: found
      ? ""
      : "Only needed for the k3s target, which downloads it; --airgap (or TESTBED_AIRGAP=1) takes the testbed's own stand-in.",
  };
}

async function useStandIn(unreachable: string): Promise<Part> {
  if (!["1", "true", "yes"].includes(process.env.TESTBED_AIRGAP ?? "") && !existsSync(chosen)) {
    throw new TestbedError(
      "missingPart",
      `the official kubernetes plugin is not installed and its download is out of reach (${unreachable})`,
      {
        hint: "--airgap (or TESTBED_AIRGAP=1) takes the testbed's own stand-in, which knows the types that the testbed uses.",
      },
    );
  }
  await mkdir(dirname(chosen), { recursive: true });
  await writeFile(chosen, "");
  return {
    part,
    version,
    origin: "stand-in of the testbed",
    path: join(standIn, "pulumi-resource-kubernetes"),
    note: `not the official plugin, whose download was out of reach (${unreachable})`,
  };
}

function archiveName(name: string, of: string): string {
  const arch = process.arch === "arm64" ? "arm64" : "amd64";
  const os = process.platform === "darwin" ? "darwin" : "linux";
  return `pulumi-resource-${name}-v${of}-${os}-${arch}.tar.gz`;
}
