import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeWhole, writeWhole } from "../whole-file.ts";

const folder = await mkdtemp(join(tmpdir(), "whole-file-"));

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
