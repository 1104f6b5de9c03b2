/**
 * Debian packages unpacked into a folder; none is installed. The machine's own apt fetches them and checks them against
 * its signed lists. For Debian and derivatives only.
 */

import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { TestbedError } from "../../../errors/errors.ts";
import { lastLines } from "../../../files/last-lines.ts";
import type { ProvideOptions } from "./cache.ts";

/**
 * @param only a folder in the packages, `./usr` for example; `.` is everything
 * @returns version of each package
 */
export async function unpackDebianPackages(
  packages: readonly string[],
  into: string,
  { progress }: ProvideOptions,
  only = "./usr",
): Promise<Readonly<Record<string, string>>> {
  progress(`fetching Debian packages: ${packages.join(", ")}`);
  const folder = await mkdtemp(join(tmpdir(), "testbed-packages-"));
  try {
    const fetched = await execa("apt-get", ["download", ...packages], {
      cwd: folder,
      reject: false,
      all: true,
    });
    if (fetched.failed) throw unfetched(packages, fetched.all ?? fetched.message);
    await mkdir(into, { recursive: true });
    const versions: Record<string, string> = {};
    for (const file of await readdir(folder)) {
      const path = join(folder, file);
      const { stdout } = await execa("dpkg-deb", ["--show", path]);
      const [name = "", version = ""] = stdout.trim().split(/\s+/);
      versions[name.split(":")[0]!] = version;
      const unpack = 'dpkg-deb --fsys-tarfile "$1" | tar x --keep-directory-symlink -C "$2" "$3"';
      await execa("sh", ["-c", unpack, "sh", path, into, only]);
    }
    return versions;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The packages, with all that they depend on, in order of name; recommendations are left out. */
export async function withDependencies(packages: readonly string[]): Promise<readonly string[]> {
  const leftOut = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"];
  const asked = await execa("apt-cache", [
    "depends",
    "--recurse",
    ...leftOut.map((name) => `--no-${name}`),
    ...packages,
  ]);
  const names = asked.stdout.split("\n").filter((line) => /^[a-z0-9]/.test(line) && !line.includes(":"));
  return [...new Set(names)].sort();
}

/** The first of these packages that this Debian has; null where it has none. */
export async function firstAvailable(packages: readonly string[]): Promise<string | null> {
  for (const name of packages) {
    const asked = await execa("apt-cache", ["show", "--no-all-versions", name], { reject: false });
    if (!asked.failed && asked.stdout.includes("Package:")) return name;
  }
  return null;
}

function unfetched(packages: readonly string[], output: string): TestbedError {
  return new TestbedError("missingPart", "the Debian packages of a node could not be fetched", {
    problems: lastLines(output, 6).map((got) => ({
      path: "apt-get download",
      expected: packages.join(" "),
      got,
    })),
    hint: "This needs Debian or a derivative; run `apt-get update` if the package lists are old.",
  });
}
