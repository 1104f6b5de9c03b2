/** Image layouts: the same inputs give the same bytes. */
import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { layoutDigest, writeLayer, writeLayout } from "../../../../infra/images/oci/layout.ts";

async function tree(time: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "testbed-layer-"));
  await mkdir(join(directory, "b"));
  await writeFile(join(directory, "b", "two"), "2");
  await writeFile(join(directory, "one"), "1", { mode: 0o600 });
  await symlink("one", join(directory, "link"));
  for (const name of ["one", "b"]) await utimes(join(directory, name), time, time);
  return directory;
}

async function layer(directory: string, prefix = "opt/x") {
  const folder = await mkdtemp(join(tmpdir(), "testbed-layers-"));
  return writeLayer(join(folder, "layer.tar"), { directory, prefix, exclude: ["*.skip"] });
}

describe("a layer", () => {
  it("does not depend on when its files were written", async () => {
    expect((await layer(await tree(1_000))).digest).toBe((await layer(await tree(2_000))).digest);
  });

  it("holds its files under the prefix, readable for everybody, with links as they were", async () => {
    const { path } = await layer(await tree(1));
    const listed = execFileSync("tar", ["tvf", path], { encoding: "utf8" });
    expect(listed).toMatch(/-rw-r--r-- 0\/0 .* opt\/x\/one$/m);
    expect(listed).toMatch(/opt\/x\/link -> one$/m);
  });

  it("is another one when a file differs, and leaves out what is excluded", async () => {
    const directory = await tree(1);
    const before = await layer(directory);
    await writeFile(join(directory, "a.skip"), "x");
    expect((await layer(directory)).digest).toBe(before.digest);
    await chmod(join(directory, "one"), 0o700);
    expect((await layer(directory)).digest).not.toBe(before.digest);
  });
});

describe("a layout", () => {
  it("names every blob by its digest and the image by tag and digest", async () => {
    const one = await layer(await tree(1));
    const directory = await mkdtemp(join(tmpdir(), "testbed-layout-"));
    const digest = await writeLayout(directory, {
      name: "local/x:1",
      pinned: true,
      layers: [one],
      config: { Entrypoint: ["/x"], User: "1:1" },
    });
    expect(await layoutDigest(directory)).toBe(digest);
    const index = JSON.parse(await readFile(join(directory, "index.json"), "utf8"));
    expect(
      index.manifests.map(
        ({ annotations }: { annotations: Record<string, string> }) => Object.values(annotations)[0],
      ),
    ).toEqual(["local/x:1", `local/x@${digest}`]);
    const blobs = await readdir(join(directory, "blobs", "sha256"));
    expect(blobs).toHaveLength(3);
    expect(blobs).toContain(one.digest.slice("sha256:".length));
    for (const name of blobs) {
      const sum = execFileSync("sha256sum", [join(directory, "blobs", "sha256", name)], { encoding: "utf8" });
      expect(sum.split(" ")[0]).toBe(name);
    }
  });
});
