/** uv, and the Python environments that it makes from locked packages: each once, keyed by the contents of the lock. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TestbedError } from "../../errors/errors.ts";
import { cachedPath, type ProvideOptions, provideOnce } from "./provide/cache.ts";
import type { Part } from "./provide/part.ts";
import { runSlow } from "./provide/run.ts";
import { basePython, hint, installUv, uvVersion } from "./python.ts";

/** @returns path of the command */
export async function provideUv(options: ProvideOptions): Promise<string> {
  const base = await basePython();
  const key = `uv-${uvVersion}-python-${base.version}`;
  const place = await provideOnce(
    key,
    async (into) => {
      await installUv(into, base.path, options.progress);
    },
    options,
  );
  // The command itself: a script beside it would carry the draft's path.
  return join(place, "uv", "bin", "uv");
}

/**
 * @param requirements a file as pip reads it; with hashes everything in it is pinned
 * @param name for the manifest
 * @throws TestbedError where it cannot be read, or its packages cannot be had
 */
export async function providePackages(
  requirements: string,
  name: string,
  options: ProvideOptions,
): Promise<Part> {
  const content = await readFile(requirements, "utf8").catch((cause: unknown) => {
    throw new TestbedError("badInput", `the Python packages of ${name} cannot be read`, {
      cause,
      problems: [{ path: "run.requirements", expected: "a file of Python packages", got: requirements }],
    });
  });
  const base = await basePython();
  const digest = createHash("sha256").update(`${uvVersion}\0${base.version}\0${content}`).digest("hex");
  const key = `packages-${base.version}-${digest.slice(0, 16)}`;
  const isLocked = /--hash=/.test(content);
  const place = cachedPath(key, options.root);
  await provideOnce(
    key,
    async (into) => {
      const uv = await provideUv(options);
      const venv = join(into, "venv");
      const env = { SSL_CERT_FILE: process.env.SSL_CERT_FILE ?? process.env.PIP_CERT };
      // Relocatable, because the folder is renamed into its place when it is whole.
      await runSlow(
        "creating the Python environment",
        [uv, "venv", "--relocatable", "--python", base.path, venv],
        {
          ...options,
          hint,
          env,
        },
      );
      await runSlow(
        `installing the Python packages of ${name}`,
        [
          ...[uv, "pip", "install", "--python", join(venv, "bin", "python")],
          ...(isLocked ? ["--require-hashes"] : []),
          ...["-r", requirements],
        ] as [string, ...string[]],
        { ...options, hint, env },
      );
    },
    options,
  );
  return {
    part: `python of ${name}`,
    version: base.version,
    origin: `${base.path}, uv, packages ${digest.slice(0, 16)}`,
    path: join(place, "venv", "bin", "python"),
    note: isLocked
      ? ""
      : "the packages are not locked: without hashes the same file may resolve to other versions later",
  };
}
