/**
 * Debian packages unpacked into a folder, nothing installed: fetched by the machine's own apt, which checks them
 * against its signed lists. For Debian and its kin only.
 */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { TestbedError } from "../../errors.ts";
import type { ProvideOptions } from "./cache.ts";

/** @returns version of each package; only what they have under /usr is unpacked */
export async function unpackDebianPackages(
  packages: readonly string[],
  into: string,
  { progress }: ProvideOptions,
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
      await execa("sh", ["-c", 'dpkg-deb --fsys-tarfile "$1" | tar x -C "$2" ./usr', "sh", path, into]);
    }
    return versions;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function unfetched(packages: readonly string[], output: string): TestbedError {
  return new TestbedError("missingPart", "the Debian packages of a node could not be fetched", {
    problems: output
      .trim()
      .split("\n")
      .slice(-6)
      .map((got) => ({ path: "apt-get download", expected: packages.join(" "), got })),
    hint: "This way needs Debian or its kin; `apt-get update` first, where the lists are old.",
  });
}
