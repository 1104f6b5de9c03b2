/**
 * The kubernetes plugin of the engine: the official one where it is installed or can be downloaded; otherwise, and
 * only when asked (`--airgap`, or `TESTBED_AIRGAP=1`), the stand-in of this testbed. Which one it is goes into the manifest.
 */
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { TestbedError } from "../../errors.ts";
import sdk from "../../package.json" with { type: "json" };
import { privateFolder } from "../places.ts";
import type { ProvideOptions } from "./cache.ts";
import type { DoctorLine, Part } from "./part.ts";
import { whyUnreachable } from "./reach.ts";

/** The plugin has the version of the SDK. */
const version = sdk.dependencies["@pulumi/kubernetes"];
const part = "pulumi kubernetes plugin";
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
  if (!existsSync(place)) {
    const unreachable = await whyUnreachable(downloadUrl());
    if (unreachable !== null) return useStandIn(unreachable);
    progress(`downloading the kubernetes plugin ${version}`);
    await execa(pulumi, ["plugin", "install", "resource", "kubernetes", version], { env: environment });
  }
  await rm(chosen, { force: true });
  return { part, version, origin: "official plugin", path: place, note: "" };
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

function downloadUrl(): string {
  const arch = process.arch === "arm64" ? "arm64" : "amd64";
  const os = process.platform === "darwin" ? "darwin" : "linux";
  return `https://get.pulumi.com/releases/plugins/pulumi-resource-kubernetes-v${version}-${os}-${arch}.tar.gz`;
}
