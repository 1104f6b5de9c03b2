import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareVersions, installedPulumi, leastVersion } from "../../../infra/toolchain/pulumi.ts";

describe("an installed Pulumi", () => {
  it("is taken from PATH where it has its language host beside it", async () => {
    const directory = await fakePulumi("v3.300.1", true);
    const parts = await installedPulumi({ PATH: directory, PULUMI_HOME: "/nowhere" });
    expect(parts?.map(({ part, version, origin }) => `${part} ${version} ${origin}`)).toEqual([
      "pulumi v3.300.1 path",
      "pulumi-language-nodejs v3.300.1 path",
    ]);
  });

  it.each([
    ["is too old", "v3.66.0", true],
    ["has no language host", "v3.300.1", false],
  ])("is passed over where it %s", async (_, version, host) => {
    const directory = await fakePulumi(version, host);
    expect(await installedPulumi({ PATH: directory, PULUMI_HOME: "/nowhere" })).toBeNull();
  });
});

it.each([
  ["v3.259.0", "v3.66.0", 1],
  ["v3.66.0", "v3.259.0", -1],
  ["3.200.0", leastVersion, 0],
  ["not a version", leastVersion, -1],
])("%s against %s", (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

async function fakePulumi(version: string, withHost: boolean): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "pulumi-"));
  const names = ["pulumi", ...(withHost ? ["pulumi-language-nodejs"] : [])];
  for (const name of names) {
    await writeFile(join(directory, name), `#!/bin/sh\necho ${version}\n`);
    await chmod(join(directory, name), 0o755);
  }
  return directory;
}
