/** The state of each part: present or missing, its origin, and how to provide it. It builds and downloads nothing. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { openEngine, whyNoEngine } from "../docker/engine.ts";
import { doctorK3s } from "./k3s/k3s.ts";
import { doctorPlugins } from "./plugins.ts";
import { cachedPath, cacheRoot } from "./provide/cache.ts";
import type { DoctorLine } from "./provide/part.ts";
import { pulumiVersion } from "./provide/published.ts";
import { installedPulumi, pulumiCacheKeys } from "./pulumi.ts";
import { findPython } from "./python.ts";

export async function doctor(root = cacheRoot()): Promise<readonly DoctorLine[]> {
  return [
    await node(),
    await pulumi(root),
    await go(),
    ...(await python(root)),
    doctorK3s(root),
    await dockerEngine(),
    ...doctorPlugins(join(root, "pulumi-home")),
    cache(root),
  ];
}

async function node(): Promise<DoctorLine> {
  return { part: "node", found: true, version: process.version, origin: process.execPath, advice: "" };
}

async function pulumi(root: string): Promise<DoctorLine> {
  const installed = await installedPulumi();
  if (installed !== null) {
    const { version, origin } = installed[0]!;
    return { part: "pulumi", found: true, version, origin, advice: "" };
  }
  const provided = Object.entries(pulumiCacheKeys()).find(([, key]) => existsSync(cachedPath(key, root)));
  return provided === undefined
    ? {
        part: "pulumi",
        found: false,
        version: pulumiVersion,
        origin: "",
        advice:
          "`npx testbed setup` downloads it, or builds it from Go modules if the download cannot be reached.",
      }
    : { part: "pulumi", found: true, version: pulumiVersion, origin: `${provided[0]}, cached`, advice: "" };
}

async function go(): Promise<DoctorLine> {
  const asked = await execa("go", ["env", "GOVERSION"], { reject: false, timeout: 20_000 });
  const found = !asked.failed;
  return {
    part: "go",
    found,
    version: found ? String(asked.stdout).trim() : "",
    origin: found ? "path" : "",
    advice: found ? "" : "Only needed if the official Pulumi download cannot be reached.",
  };
}

async function python(root: string): Promise<readonly DoctorLine[]> {
  const { base, ready } = await findPython(root);
  return [
    {
      part: "python",
      found: base !== null,
      version: base?.version ?? "",
      origin: base?.path ?? "",
      advice: base === null ? "Install Python 3.11 or later, or name it in TESTBED_PYTHON_BASE." : "",
    },
    {
      part: "python environment",
      found: ready,
      version: "",
      origin: ready ? "uv lock, cached" : "",
      advice: ready ? "" : "`npx testbed setup` makes it from the lock files (up to 3 GB are fetched).",
    },
  ];
}

async function dockerEngine(): Promise<DoctorLine> {
  const reason = await whyNoEngine();
  const host = process.env.DOCKER_HOST;
  if (reason === null) {
    const { Version: version } = await openEngine().ask("GET", "/version");
    const origin = host === undefined || host === "" ? "usual socket" : "DOCKER_HOST";
    return { part: "docker engine", found: true, version, origin, advice: "" };
  }
  const advice = `Only needed for the target k3s-docker (${reason}); on Linux with root, k3s needs none.`;
  return { part: "docker engine", found: false, version: "", origin: "", advice };
}

function cache(root: string): DoctorLine {
  const found = existsSync(root);
  return {
    part: "cache",
    found,
    version: "",
    origin: root,
    advice: found ? "" : "Made on first use; TESTBED_CACHE moves it.",
  };
}
