import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cacheRoot, provideOnce } from "../../../../infra/toolchain/provide/cache.ts";

describe("the cache", () => {
  it("is outside the checkout, and where the user says", () => {
    expect(cacheRoot({ TESTBED_CACHE: "/some/where" })).toBe("/some/where");
    expect(cacheRoot({ XDG_CACHE_HOME: "/cache" })).toBe("/cache/serving-testbed");
  });

  it("builds once for two runs at once", async () => {
    const options = { root: await freshRoot(), progress: () => {} };
    let builds = 0;
    const build = async (into: string) => {
      builds++;
      await writeFile(join(into, "part"), "whole");
    };
    const places = await Promise.all([
      provideOnce("part-v1", build, options),
      provideOnce("part-v1", build, options),
    ]);
    expect(builds).toBe(1);
    expect(places[0]).toBe(places[1]);
    expect(await readFile(join(places[0]!, "part"), "utf8")).toBe("whole");
  });

  it("keeps nothing of a build that failed, and the next one starts afresh", async () => {
    const options = { root: await freshRoot(), progress: () => {} };
    const failing = provideOnce(
      "part-v1",
      async (into) => {
        await writeFile(join(into, "half"), "");
        throw new Error("no network");
      },
      options,
    );
    await expect(failing).rejects.toThrow("no network");
    expect(existsSync(join(options.root, "part-v1"))).toBe(false);
    const place = await provideOnce("part-v1", async (into) => writeFile(join(into, "part"), ""), options);
    expect(existsSync(join(place, "half"))).toBe(false);
  });

  it("begins again where a build was killed: its draft is never taken for the thing", async () => {
    const options = { root: await freshRoot(), progress: () => {} };
    await mkdir(join(options.root, "part-v1.draft"), { recursive: true });
    await writeFile(join(options.root, "part-v1.draft", "half"), "");
    const place = await provideOnce("part-v1", async (into) => writeFile(join(into, "part"), ""), options);
    expect(existsSync(join(place, "half"))).toBe(false);
    expect(existsSync(join(place, "part"))).toBe(true);
  });
});

function freshRoot(): Promise<string> {
  return mkdtemp(join(tmpdir(), "cache-"));
}
