/**
 * The served model's Python environment, from lock files with hashes, through uv. PyTorch is the CPU build where its
 * own index answers, by version, since no hash of it is known here; elsewhere, and with `TESTBED_PINNED=1`, the build from the
 * package index by hash, which is the CUDA one: larger, and it runs on a CPU.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { TestbedError } from "../../errors/errors.ts";
import { cachedPath, type ProvideOptions, provideOnce } from "./provide/cache.ts";
import type { Part } from "./provide/part.ts";
import { whyUnreachable } from "./provide/reach.ts";
import { runSlow } from "./provide/run.ts";
import { isOn } from "./provide/verified-download.ts";

export const uvVersion = "0.13.9";
const leastPython = [3, 11] as const;
const cpuIndex = "https://download.pytorch.org/whl/cpu";
const service = fileURLToPath(new URL("../services/sentiment/", import.meta.url));
/** `uv pip compile --generate-hashes` of the version above. */
const uvLock = fileURLToPath(new URL("uv.lock", import.meta.url));
export const hint =
  "The Python package index must be reachable; uv reads the same configuration as pip's environment names.";
const locks = { everything: "requirements.lock", torch: "requirements-torch.lock" } as const;

/** uv, python (`path` is the environment's interpreter) and torch. */
export async function providePython(options: ProvideOptions): Promise<readonly Part[]> {
  const base = await basePython();
  const key = await environmentKey(base.version);
  const place = cachedPath(key, options.root);
  const directory = await provideOnce(key, (into) => install(into, place, base.path, options), options);
  const parts = JSON.parse(await readFile(join(directory, "parts.json"), "utf8")) as InstalledParts;
  const python = join(directory, "venv", "bin", "python");
  return [
    { part: "python", version: base.version, origin: `${base.path}, uv lock`, path: python, note: "" },
    {
      part: "torch",
      version: parts.torchVersion,
      origin: parts.torchOrigin,
      path: python,
      note: parts.torchNote,
    },
  ];
}

/** Without building anything: is the environment there? */
export async function findPython(root?: string): Promise<{ base: BasePython | null; ready: boolean }> {
  const base = await basePython().catch(() => null);
  return { base, ready: base !== null && existsSync(cachedPath(await environmentKey(base.version), root)) };
}

interface BasePython {
  readonly path: string;
  readonly version: string;
}

interface InstalledParts {
  readonly torchVersion: string;
  readonly torchOrigin: string;
  readonly torchNote: string;
}

/** The first Python of 3.11 or later: `TESTBED_PYTHON_BASE`, else by name on PATH. */
export async function basePython(withinMs = answerWithinMs): Promise<BasePython> {
  const named = process.env.TESTBED_PYTHON_BASE ?? "";
  if (named !== "") return namedPython(named);
  const seen: string[] = [];
  for (const path of ["python3", "python3.13", "python3.12", "python3.11"]) {
    const version = await versionOfPython(path, withinMs);
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major === leastPython[0] && minor >= leastPython[1]) return { path, version };
    if (version !== "") seen.push(`${path} is ${version}`);
  }
  throw new TestbedError("missingPart", "there is no Python 3.11 or later", {
    problems: seen.map((got) => ({ path: "PATH", expected: "Python 3.11 or later", got })),
    hint: "Install one, or name it in TESTBED_PYTHON_BASE.",
  });
}

/** The one that was named, and no other in its place. */
async function namedPython(path: string): Promise<BasePython> {
  const version = await versionOfPython(path);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major === leastPython[0] && minor >= leastPython[1]) return { path, version };
  throw new TestbedError("missingPart", "TESTBED_PYTHON_BASE is not Python 3.11 or later", {
    problems: [
      {
        path: "TESTBED_PYTHON_BASE",
        expected: "Python 3.11 or later",
        got: version === "" ? `${path}, which is not Python` : `${path}, which is ${version}`,
      },
    ],
    hint: "Name another one, or unset it to use python3 from PATH.",
  });
}

/** An interpreter behind a version manager took 6 s on a machine of a load of 20. */
const answerWithinMs = 60_000;

/** @returns nothing where it is no Python; `so slow that ...`, which is no version, where it does not answer in time */
async function versionOfPython(path: string, withinMs = answerWithinMs): Promise<string> {
  const program = "import sys; print('%d.%d.%d' % sys.version_info[:3])";
  const options = { reject: false, timeout: withinMs, stdin: "ignore" } as const;
  const { stdout, timedOut } = await execa(path, ["-c", program], options);
  if (timedOut) return `so slow that it did not answer within ${withinMs / 1000} s`;
  const version = stdout?.trim() ?? "";
  return /^\d+\.\d+\.\d+$/.test(version) ? version : "";
}

async function environmentKey(pythonVersion: string): Promise<string> {
  const hash = createHash("sha256").update(uvVersion);
  for (const lock of Object.values(locks)) hash.update(await readFile(join(service, lock)));
  // Another one may have been installed by version alone.
  if (isOn(process.env.TESTBED_PINNED)) hash.update("pinned");
  return `python-${pythonVersion}-${hash.digest("hex").slice(0, 16)}`;
}

/** Only one of the files that `uv.lock` has the digests of. @returns path of the command */
export async function installUv(
  into: string,
  base: string,
  progress: ProvideOptions["progress"],
): Promise<string> {
  const home = join(into, "uv");
  await runSlow("creating an environment for uv", [base, "-m", "venv", home], { progress, hint });
  const python = join(home, "bin", "python");
  const packages = ["--require-hashes", "--only-binary", ":all:", "-r", uvLock];
  await runSlow(
    `installing uv ${uvVersion}`,
    [python, "-m", "pip", "install", "--quiet", "--no-deps", ...packages],
    { progress, hint },
  );
  return join(home, "bin", "uv");
}

/** @param place where the folder will be once it is whole: scripts in it carry that path */
async function install(
  into: string,
  place: string,
  base: string,
  { progress }: ProvideOptions,
): Promise<void> {
  const uv = await installUv(into, base, progress);
  const venv = join(into, "venv");
  // Relocatable, because the folder is renamed into its place when it is whole.
  await runSlow("creating the Python environment", [uv, "venv", "--relocatable", "--python", base, venv], {
    progress,
    hint,
  });

  const unreachable = isOn(process.env.TESTBED_PINNED)
    ? "TESTBED_PINNED: it is not pinned by hash"
    : await whyUnreachable(`${cpuIndex}/torch/`);
  const python = join(venv, "bin", "python");
  const install = (what: string, args: readonly string[]) =>
    runSlow(what, [uv, "pip", "install", "--python", python, ...args], {
      progress,
      hint,
      env: { SSL_CERT_FILE: process.env.SSL_CERT_FILE ?? process.env.PIP_CERT },
    });
  const lock = (name: string) => ["--require-hashes", "-r", join(service, name)];
  await install("installing the locked Python packages", lock(locks.everything));
  const torchVersion = await pinnedTorch();
  if (unreachable === null) {
    await install("installing PyTorch, the CPU build", [
      `torch==${torchVersion}+cpu`,
      "--extra-index-url",
      cpuIndex,
    ]);
  } else {
    await install("installing PyTorch from the package index (3 GB, the CUDA build)", lock(locks.torch));
  }
  const parts: InstalledParts = {
    torchVersion,
    torchOrigin: unreachable === null ? "official CPU index" : "package index (CUDA build, run on the CPU)",
    torchNote:
      unreachable === null ? "by version, without a hash" : `the CPU build was not taken (${unreachable})`,
  };
  await writeFile(join(into, "parts.json"), JSON.stringify(parts));
  progress(`Python environment: ${place}`);
}

async function pinnedTorch(): Promise<string> {
  const text = await readFile(join(service, locks.torch), "utf8");
  const version = /^torch==([\w.]+)/m.exec(text)?.[1];
  if (version === undefined) throw new Error(`${locks.torch} pins no torch`);
  return version;
}
