/**
 * `npm run pin:downloads`: fetches every file that the testbed may download, for every platform, checks it against its
 * publisher's list, and writes its digest into `digests.json`. For maintainers who raise a version, on a machine that
 * reaches the publishers; they review and commit the digests by hand.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { messageOf } from "../../errors/errors.ts";
import { pluginVersions } from "./plugins.ts";
import { k3sRelease, platforms, pluginRelease, pulumiRelease } from "./provide/published.ts";
import { digestKey, type PublishedFile, verifiedDownload } from "./provide/verified-download.ts";

export const everyFile: readonly PublishedFile[] = [
  ...platforms.map((platform) => pulumiRelease(platform)),
  ...Object.entries(pluginVersions).flatMap(([name, version]) =>
    platforms.map((platform) => pluginRelease({ name, version }, undefined, platform)),
  ),
  ...(["x64", "arm64"] as const).map((arch) => k3sRelease(undefined, arch)),
];

/** @returns digests by key, in order; a file that cannot be had keeps the digest that it has */
export async function digestsOf(
  files: readonly PublishedFile[],
  before: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<Readonly<Record<string, string>>> {
  const found = new Map<string, string>();
  for (const file of files) {
    const key = digestKey(file.url);
    try {
      // Not by the digest that there is: a publisher who changed a release must be noticed.
      const { digest } = await verifiedDownload(file, { digests: {}, environment: {} });
      if (before[key] !== undefined && before[key] !== digest) say(`CHANGED ${key}: ${before[key]} before`);
      say(`${digest}  ${key}`);
      found.set(key, digest);
    } catch (error) {
      say(`not available: ${key}: ${messageOf(error)}`);
      if (before[key] !== undefined) found.set(key, before[key]);
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { default: before } = await import("./provide/digests.json", { with: { type: "json" } });
  const digests = await digestsOf(everyFile, before, (line) => process.stdout.write(`${line}\n`));
  const path = fileURLToPath(new URL("provide/digests.json", import.meta.url));
  await writeFile(path, `${JSON.stringify(digests, null, 2)}\n`);
  process.exitCode = Object.keys(digests).length === everyFile.length ? 0 : 1;
}
