import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { lstatSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { checkOutput, makeWhole, writeWhole } from "../../files/whole-file.ts";

const folder = await mkdtemp(join(tmpdir(), "whole-file-"));
const own = () => mkdtemp(join(folder, "one-"));

it("a file is there whole, in a folder that is made for it", async () => {
  const path = join(folder, "new", "place", "result.json");
  await writeWhole(path, "{}\n");
  expect(await readFile(path, "utf8")).toBe("{}\n");
  expect(await readdir(join(path, ".."))).toEqual(["result.json"]);
});

it("where making it fails half-way, what was there stands, and no draft is left", async () => {
  const path = join(folder, "kept", "samples");
  await writeWhole(path, "before");
  const failing = makeWhole(path, async (draft) => {
    await writeFile(draft, "aft");
    throw new Error("no space left on device");
  });
  await expect(failing).rejects.toThrow("no space left on device");
  expect(await readFile(path, "utf8")).toBe("before");
  expect(await readdir(join(path, ".."))).toEqual(["samples"]);
});

it("keeps the permission bits that it is told, from the first byte on", async () => {
  const path = join(await own(), "state.json");
  await writeWhole(path, "{}", { mode: 0o600 });
  expect(lstatSync(path).mode & 0o777).toBe(0o600);
});

describe("what is there already keeps its kind", () => {
  it("through a link its target is written, also where the target is yet to be made", async () => {
    const place = await own();
    await mkdir(join(place, "data"));
    await symlink("data/run.json", join(place, "latest"));
    await symlink("latest", join(place, "again"));
    for (const content of ["first", "second"]) {
      await writeWhole(join(place, "again"), content);
      expect(await readFile(join(place, "data", "run.json"), "utf8")).toBe(content);
    }
    expect(await readlink(join(place, "latest"))).toBe("data/run.json");
    expect(await readlink(join(place, "again"))).toBe("latest");
  });

  // Readers that read at once, many at a time: one that sees nobody write for a moment has ended.
  it("a pipe is written into", async () => {
    const folder = await own();
    const pipes = Array.from({ length: 40 }, (_, index) => join(folder, `pipe-${index}`));
    spawnSync("mkfifo", pipes);
    const readers = pipes.map(async (pipe) => {
      const reader = spawn("cat", [pipe], { stdio: ["ignore", "pipe", "ignore"] });
      const [got] = await Promise.all([text(reader.stdout), once(reader, "close")]);
      return got;
    });
    for (const pipe of pipes) await writeWhole(pipe, "through");
    expect(await Promise.all(readers)).toEqual(pipes.map(() => "through"));
    expect(pipes.every((pipe) => lstatSync(pipe).isFIFO())).toBe(true);
  });

  it("a device is written into", async () => {
    await writeWhole("/dev/null", "gone");
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  });
});

describe("a place that cannot take a file is told of before the work", () => {
  it.each([
    ["an empty name", () => Promise.resolve("")],
    ["a folder", own],
    ["a folder that cannot be made", () => Promise.resolve("/proc/nowhere/further/samples.parquet")],
    [
      "below a file",
      async () => {
        const file = join(await own(), "file");
        await writeFile(file, "");
        return join(file, "samples.parquet");
      },
    ],
    [
      "links in a circle",
      async () => {
        const place = await own();
        await symlink("b", join(place, "a"));
        await symlink("a", join(place, "b"));
        return join(place, "a");
      },
    ],
  ])("%s", async (_, place) => {
    const path = await place();
    await expect(checkOutput(path, "--out")).rejects.toMatchObject({
      kind: "badInput",
      problems: [{ path: "--out" }],
    });
    await expect(writeWhole(path, "x")).rejects.toThrow();
  });
});

it("a name that ends as a folder's does is refused where nothing is there: it would be a file of another name", async () => {
  const path = `${join(tmpdir(), "testbed-not-there")}/`;
  await expect(checkOutput(path, "--out")).rejects.toMatchObject({
    kind: "badInput",
    problems: [{ path: "--out", got: `${path}, the name of a folder` }],
  });
  await expect(writeWhole(path, "x")).rejects.toMatchObject({ kind: "badInput" });
});
