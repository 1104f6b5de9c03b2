/**
 * The mirror of a plugin that PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES names, as the engine reads that variable
 * (pulumi 3.259, sdk/go/common/workspace/plugins.go): `regexp=URL,regexp=URL`, the first that matches the plugin's usual source.
 */
import { TestbedError } from "../../../errors/errors.ts";
import { type Platform, type PluginVersion, pluginRelease, thisPlatform } from "./published.ts";
import type { PublishedFile } from "./verified-download.ts";

export const mirrorVariable = "PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES";

/**
 * The plugin's archive where it is to be taken from: the mirror's, else its publisher's. A mirror holds all archives in one folder,
 * and beside each its publisher's list of checksums, unless this repository has the archive's digest.
 *
 * @throws TestbedError (badInput) where the variable is not as the engine expects it
 */
export function pluginToTake(
  plugin: PluginVersion,
  environment: NodeJS.ProcessEnv = process.env,
  platform: Platform = thisPlatform(),
): PublishedFile {
  const published = pluginRelease(plugin, undefined, platform);
  const mirror = mirrorOf(plugin.name, environment[mirrorVariable] ?? "");
  if (mirror === undefined) return published;
  const { name, version } = plugin;
  const parts = {
    NAME: name,
    VERSION: version,
    OS: platform.os,
    ARCH: platform.arch === "x64" ? "amd64" : "arm64",
  };
  const folder = mirror
    .replace(/\$\{(NAME|VERSION|OS|ARCH)\}/g, (_, part: keyof typeof parts) =>
      encodeURIComponent(parts[part]),
    )
    .replace(/\/$/, "");
  const there = (url: string) => `${folder}/${url.split("/").at(-1)!}`;
  return {
    what: `${published.what} from the mirror ${folder}`,
    url: there(published.url),
    checksumsUrl: there(published.checksumsUrl),
    publishedAt: published.url,
  };
}

function mirrorOf(name: string, overrides: string): string | undefined {
  if (overrides === "") return undefined;
  const source = `github://api.github.com/pulumi/pulumi-${name}`;
  const pairs = overrides.split(",").map((pair) => {
    const [pattern = "", url = "", ...more] = pair.split("=");
    if (pattern === "" || url === "" || more.length > 0) throw malformed(overrides);
    return { pattern, url };
  });
  return pairs.find(({ pattern }) => matches(pattern, source, overrides))?.url;
}

function matches(pattern: string, source: string, overrides: string): boolean {
  try {
    return new RegExp(pattern).test(source);
  } catch {
    throw malformed(overrides);
  }
}

function malformed(got: string): TestbedError {
  return new TestbedError("badInput", `${mirrorVariable} is not a list of mirrors`, {
    problems: [{ path: mirrorVariable, expected: "regexp=URL,regexp=URL", got }],
    hint: "The engine reads the same variable: https://www.pulumi.com/docs/iac/cli/environment-variables/",
  });
}
