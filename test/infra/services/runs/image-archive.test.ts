/** An image that lies in an archive: the layout that a node or a registry is given, and what is refused. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeLayer, writeLayout } from "../../../../infra/images/oci/layout.ts";
import { checkService } from "../../../../infra/services/index.ts";
import { provideArchiveImage } from "../../../../infra/services/runs/image-archive.ts";

const architecture = process.arch === "arm64" ? "arm64" : "amd64";

/** A folder with a layout of one small layer. */
async function layoutFolder() {
  const folder = await mkdtemp(join(tmpdir(), "testbed-archive-"));
  const tree = join(folder, "tree");
  const layout = join(folder, "layout");
  await mkdir(tree);
  await mkdir(layout);
  await writeFile(join(tree, "server"), "not a program");
  const layer = await writeLayer(join(folder, "layer.tar"), { directory: tree, prefix: "" });
  const digest = await writeLayout(layout, {
    name: "theirs/server:2",
    pinned: false,
    layers: [layer],
    config: { Entrypoint: ["/server"], User: "1000" },
  });
  return { folder, layout, digest, layer };
}

function pack(folder: string, layout: string): void {
  execFileSync("tar", ["--create", "--file", join(folder, "image.tar"), "--directory", layout, "."]);
}

async function imageOf(folder: string, digest: string, archive = "image.tar") {
  const run = { kind: "image" as const, image: `theirs/server@${digest}`, archive, port: 8000 };
  const spec = checkService({ name: "own", run, ask: {} }, "own");
  const root = await mkdtemp(join(tmpdir(), "testbed-cache-"));
  return provideArchiveImage({ spec, folder, digest: "sha256:0" }, { progress: () => {}, root });
}

const indexOf = async (layout: string) => JSON.parse(await readFile(join(layout, "index.json"), "utf8"));
const problemOf = (failing: Promise<unknown>) =>
  failing.then(
    () => undefined,
    (error) => error.problems[0],
  );

it("has the digest that the service names, under a name of this machine's own", async () => {
  const { folder, layout, digest } = await layoutFolder();
  pack(folder, layout);
  const { image, part } = await imageOf(folder, digest);
  expect(image.digest).toBe(digest);
  expect(image.name).toMatch(/^testbed\.local\/archive-own:[0-9a-f]{8,}$/);
  expect(part).toMatchObject({ version: digest, origin: `the archive ${join(folder, "image.tar")}` });
  const names = (await indexOf(image.layout)).manifests.map(
    (one: { annotations: Record<string, string> }) => one.annotations["io.containerd.image.name"],
  );
  expect(names).toEqual([image.name, `testbed.local/archive-own@${digest}`]);
});

it("is this machine's one of the platforms that it was built for, by the digest of either", async () => {
  const { folder, layout, digest } = await layoutFolder();
  const [own] = (await indexOf(layout)).manifests;
  const other = {
    ...own,
    digest: `sha256:${"0".repeat(64)}`,
    platform: { os: "linux", architecture: "s390x" },
  };
  const list = JSON.stringify({
    schemaVersion: 2,
    manifests: [other, { ...own, platform: { os: "linux", architecture } }],
  });
  const ofList = `sha256:${createHash("sha256").update(list).digest("hex")}`;
  await writeFile(join(layout, "blobs", ...ofList.split(":")), list);
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const manifests = [{ mediaType, digest: ofList, size: list.length }];
  await writeFile(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
  pack(folder, layout);
  for (const named of [ofList, digest]) expect((await imageOf(folder, named)).image.digest).toBe(digest);
});

it("is read as Docker before version 25 and Podman save it, by its image id or by the digest of what it becomes", async () => {
  const { folder, digest, layer } = await savedByDocker();
  const byId = await imageOf(folder, digest);
  expect(await imageOf(folder, byId.image.digest).then(({ image }) => image.digest)).toBe(byId.image.digest);
  const blob = (of: string) => join(byId.image.layout, "blobs", ...of.split(":"));
  const manifest = JSON.parse(await readFile(blob(byId.image.digest), "utf8"));
  expect(manifest).toMatchObject({ config: { digest }, layers: [{ digest: layer }, { digest: layer }] });
  const other = `sha256:${"1".repeat(64)}`;
  expect(await problemOf(imageOf(folder, other))).toMatchObject({ expected: other, got: byId.image.digest });
});

it("is refused where a layer is not the one that its configuration tells of, or lies outside the archive", async () => {
  for (const [layer, got] of [
    ["other.tar", /^other\.tar is sha256:/],
    [`${"../".repeat(20)}etc/passwd`, /passwd points outside the archive$/],
    ["none.tar", "none.tar is missing"],
  ] as const) {
    const { folder, digest } = await savedByDocker(layer);
    expect(await problemOf(imageOf(folder, digest))).toMatchObject({
      expected: "an archive saved by Docker or Podman",
      got: typeof got === "string" ? got : expect.stringMatching(got),
    });
  }
});

/** Two layers that are alike: the second is a link to the first, or what is named. */
async function savedByDocker(second = "b/layer.tar") {
  const { folder, layer } = await layoutFolder();
  const tree = join(folder, "saved");
  for (const one of ["a", "b"]) await mkdir(join(tree, one), { recursive: true });
  await copyFile(layer.path, join(tree, "a", "layer.tar"));
  await symlink("../a/layer.tar", join(tree, "b", "layer.tar"));
  await writeFile(join(tree, "other.tar"), "another");
  const rootfs = { type: "layers", diff_ids: [layer.digest, layer.digest] };
  const config = JSON.stringify({ architecture, os: "linux", config: { User: "1000" }, rootfs });
  const id = createHash("sha256").update(config).digest("hex");
  await writeFile(join(tree, `${id}.json`), config);
  await writeFile(
    join(tree, "manifest.json"),
    JSON.stringify([{ Config: `${id}.json`, RepoTags: ["own:1"], Layers: ["a/layer.tar", second] }]),
  );
  pack(folder, tree);
  return { folder, digest: `sha256:${id}`, layer: layer.digest };
}

it("is refused under another digest, which names those that are there", async () => {
  const { folder, layout, digest } = await layoutFolder();
  pack(folder, layout);
  const asked = `sha256:${"1".repeat(64)}`;
  expect(await problemOf(imageOf(folder, asked))).toEqual({
    path: "run.archive",
    expected: asked,
    got: digest,
  });
});

it("is refused where a layer is missing, or is another one", async () => {
  const { folder, layout, digest, layer } = await layoutFolder();
  const blob = join(layout, "blobs", ...layer.digest.split(":"));
  await rm(blob);
  pack(folder, layout);
  expect(await problemOf(imageOf(folder, digest))).toMatchObject({
    expected: layer.digest,
    got: "it is missing",
  });
  await writeFile(blob, "something else");
  pack(folder, layout);
  expect(await problemOf(imageOf(folder, digest))).toMatchObject({
    expected: layer.digest,
    got: expect.stringMatching(/^sha256:/),
  });
});

it("is refused where there is no archive, no tar, or none with an index", async () => {
  const { folder, layout, digest } = await layoutFolder();
  expect(await problemOf(imageOf(folder, digest, "none.tar"))).toMatchObject({ got: "no such file" });
  await writeFile(join(folder, "image.tar"), "not an archive at all");
  expect(await problemOf(imageOf(folder, digest))).toMatchObject({
    expected: "an archive that tar can read",
  });
  await rm(join(layout, "index.json"));
  pack(folder, layout);
  expect(await problemOf(imageOf(folder, digest))).toMatchObject({
    got: "no index.json or manifest.json",
  });
});
