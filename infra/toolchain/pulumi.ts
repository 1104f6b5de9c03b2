/**
 * The Pulumi command line with its Node language host: from PATH, Pulumi's own folder, the official download, or a
 * build from pinned Go modules. The first that works is used, and the part states which one and why.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { TestbedError } from "../../errors/errors.ts";
import { cachedPath, noteUse, type ProvideOptions, provideOnce } from "./provide/cache.ts";
import type { Part } from "./provide/part.ts";
import { pulumiRelease, pulumiVersion, thisPlatform } from "./provide/published.ts";
import { runSlow } from "./provide/run.ts";
import { verifiedDownload, whyNotTaken } from "./provide/verified-download.ts";

/** Of an installed engine. */
export const leastVersion = "v3.200.0";
const languageHostVersion = "v3.66.0";
const languageHost = "pulumi-language-nodejs";
const airgap = fileURLToPath(new URL("../airgap/", import.meta.url));

/** Both parts; `path` of the first is the command line, its folder holds the host as well. */
export async function providePulumi(options: ProvideOptions): Promise<readonly Part[]> {
  const installed = await installedPulumi();
  if (installed !== null) return installed;
  const { "official download": downloadKey, "go modules": builtKey } = pulumiCacheKeys();
  if (existsSync(cachedPath(downloadKey, options.root))) {
    await noteUse(downloadKey, options.root);
    return downloaded(cachedPath(downloadKey, options.root));
  }
  const builtBefore = existsSync(cachedPath(builtKey, options.root));
  const unreachable = builtBefore ? "asked when it was built" : await whyNotTaken(pulumiRelease());
  if (unreachable === null) {
    return downloaded(await provideOnce(downloadKey, (into) => download(into, options), options));
  }
  const directory = await provideOnce(builtKey, (into) => build(into, unreachable, options), options);
  const reason = await readFile(join(directory, "reason"), "utf8");
  const note = `the official download was out of reach (${reason})`;
  return [
    {
      part: "pulumi",
      version: pulumiVersion,
      origin: "go modules",
      path: join(directory, "bin", "pulumi"),
      note,
    },
    {
      part: languageHost,
      version: languageHostVersion,
      origin: "go modules",
      path: join(directory, "bin", languageHost),
      note: "the newest version that is served as a Go module",
    },
  ];
}

/** Where a provided Pulumi is cached, by its origin. */
export function pulumiCacheKeys() {
  const { os, arch } = thisPlatform();
  return {
    "official download": `pulumi-${pulumiVersion}-${os}-${arch}`,
    "go modules": `pulumi-${pulumiVersion}-host-${languageHostVersion}-go`,
  } as const;
}

/** @returns null unless a recent enough Pulumi with its language host is on PATH or in ~/.pulumi/bin */
export async function installedPulumi(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<readonly Part[] | null> {
  const home = join(environment.PULUMI_HOME ?? join(homedir(), ".pulumi"), "bin");
  const places = [
    ...(environment.PATH ?? "").split(delimiter).map((directory) => ({ directory, origin: "path" })),
    { directory: home, origin: "pulumi home" },
  ];
  for (const { directory, origin } of places) {
    const path = join(directory, "pulumi");
    if (directory === "" || !existsSync(path) || !existsSync(join(directory, languageHost))) continue;
    const version = (await execa(path, ["version"], { reject: false, timeout: 20_000 })).stdout?.trim() ?? "";
    if (compareVersions(version, leastVersion) < 0) continue;
    return [
      { part: "pulumi", version, origin, path, note: "" },
      { part: languageHost, version, origin, path: join(directory, languageHost), note: "" },
    ];
  }
  return null;
}

/** Of `v1.2.3` forms; what is not a version is older than any. */
export function compareVersions(a: string, b: string): number {
  const numbers = (text: string) => (/^v?(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  const [x, y] = [numbers(a), numbers(b)];
  for (let index = 0; index < 3; index++) {
    const difference = (x[index] ?? -1) - (y[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

async function downloaded(directory: string): Promise<readonly Part[]> {
  // One of an earlier version of the testbed has none.
  const note = await readFile(join(directory, "note"), "utf8").catch(
    () => "checked against the checksums published with the release",
  );
  return ["pulumi", languageHost].map((part) => ({
    part,
    version: pulumiVersion,
    origin: "official download",
    path: join(directory, "bin", part),
    note,
  }));
}

async function download(into: string, { progress }: ProvideOptions): Promise<void> {
  progress(`downloading Pulumi ${pulumiVersion}`);
  const { content, note } = await verifiedDownload(pulumiRelease());
  await writeFile(join(into, "archive.tar.gz"), content);
  await mkdir(join(into, "bin"));
  await execa("tar", ["xzf", "archive.tar.gz", "--strip-components=1", "-C", "bin"], { cwd: into });
  await rm(join(into, "archive.tar.gz"));
  await writeFile(join(into, "note"), note);
}

async function build(into: string, reason: string, { progress }: ProvideOptions): Promise<void> {
  const version = await execa("go", ["version"], { reject: false });
  if (version.failed) {
    throw new TestbedError(
      "missingPart",
      `Pulumi is not installed, its download cannot be reached (${reason}), and there is no Go to build it`,
      {
        hint: "Install Pulumi (with its Node language host) or Go 1.24 or later, and put it on PATH.",
      },
    );
  }
  const flag = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${pulumiVersion}`;
  const commands = [
    {
      module: "pulumi",
      args: [
        "-ldflags",
        flag,
        "-o",
        join(into, "bin", "pulumi"),
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      ],
    },
    {
      module: "language-host",
      args: [
        "-o",
        join(into, "bin", languageHost),
        "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      ],
    },
  ];
  await mkdir(join(into, "bin"));
  for (const { module, args } of commands) {
    const what = `building ${module} from Go modules (minutes, once)`;
    await runSlow(what, ["go", "build", "-mod=readonly", "-trimpath", ...args], {
      cwd: join(airgap, module),
      env: { GOFLAGS: "" },
      progress,
      hint: "The Go module proxy must be reachable; `go env GOPROXY` shows which one is used.",
    });
  }
  await writeFile(join(into, "reason"), reason);
}
