import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { guardedFolder } from "../../files/guarded-folder.ts";

let place: string;
let folder: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "guarded-"));
  folder = join(place, "run");
  await mkdir(join(folder, "trials", "a"), { recursive: true });
  await writeFile(join(place, "secret"), "not yours");
  await writeFile(join(folder, "plan.json"), "mine");
});

const refusal = { kind: "invalidResults", message: expect.stringContaining("cannot be opened safely") };

describe("what lies in a stranger's folder", () => {
  it.each([
    "../secret",
    "trials/../../secret",
    "/etc/passwd",
    "",
    ".",
    "trials//a",
    "trials/",
    "a\0b",
    "..\\secret",
  ])("a name that could leave it is refused: %j", async (name) => {
    const guarded = guardedFolder(folder);
    for (const act of [
      () => guarded.readText(name),
      () => guarded.digestOf(name),
      () => guarded.hasFile(name),
      () => guarded.list(name),
      () => guarded.writeText(name, "x"),
      () => guarded.remove(name),
      () => guarded.move(name, "elsewhere"),
      () => guarded.move("plan.json", name),
    ]) {
      await expect(act()).rejects.toMatchObject(refusal);
    }
    expect(await readFile(join(place, "secret"), "utf8")).toBe("not yours");
  });

  it("no name of any kind reads, writes or removes what is outside", async () => {
    const part = fc.oneof(
      fc.constantFrom("..", ".", "", "secret", "run", "trials", "a", "link", "plan.json"),
      fc.string({ unit: "grapheme", maxLength: 12 }),
    );
    await symlink(place, join(folder, "link"));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), async (parts) => {
        const guarded = guardedFolder(folder);
        const name = parts.join("/");
        await guarded.writeText(name, "x").catch(() => {});
        await guarded.move("plan.json", name).catch(() => {});
        await guarded.remove(name).catch(() => {});
        const text = await guarded.readText(name).catch(() => "");
        expect(text).not.toBe("not yours");
        expect((await readdir(place)).sort()).toEqual(["run", "secret"]);
        expect(await readFile(join(place, "secret"), "utf8")).toBe("not yours");
        await guarded.writeText("plan.json", "mine").catch(() => {});
      }),
      { numRuns: 300, seed: 28 },
    );
  });

  it("a planted link is followed neither in reading nor in writing, whichever part it is", async () => {
    await symlink(join(place, "secret"), join(folder, "report.html"));
    await symlink(place, join(folder, "superseded"));
    const guarded = guardedFolder(folder);
    await expect(guarded.readText("report.html")).rejects.toMatchObject(refusal);
    await expect(guarded.writeText("report.html", "x")).rejects.toMatchObject(refusal);
    await expect(guarded.readText("superseded/secret")).rejects.toMatchObject(refusal);
    await expect(guarded.move("trials/a", "superseded/a")).rejects.toMatchObject(refusal);
    expect((await readdir(place)).sort()).toEqual(["run", "secret"]);
    expect(await readFile(join(place, "secret"), "utf8")).toBe("not yours");
  });

  it("a pipe in the place of a file is refused at once instead of waited for", async () => {
    spawnSync("mkfifo", [join(folder, "manifest.json")]);
    await expect(guardedFolder(folder).readText("manifest.json")).rejects.toMatchObject(refusal);
  });

  it("what operating systems leave behind is not looked at", async () => {
    for (const name of [".DS_Store", "._plan.json", "Thumbs.db", "desktop.ini"]) {
      await writeFile(join(folder, "trials", name), "");
    }
    expect(await guardedFolder(folder).list("trials")).toEqual(["a"]);
  });

  it("the folder itself may be a link: its user named it", async () => {
    await symlink(folder, join(place, "latest"));
    const guarded = guardedFolder(join(place, "latest"));
    expect(await guarded.readText("plan.json")).toBe("mine");
    await guarded.writeText("trials/b/trial.json", "{}");
    expect(await readFile(join(folder, "trials", "b", "trial.json"), "utf8")).toBe("{}");
  });
});
