import { existsSync, readdirSync } from "node:fs";
import { link, mkdir, mkdtemp, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { beforeEach, describe, expect, it } from "vitest";
import { lockTargetOf } from "../../../infra/toolchain/provide/cache.ts";
import { familyOf, prune, superseded } from "../../../infra/toolchain/prune.ts";

const hour = 3_600_000;
const nowMs = Date.now();
const [old, older, recent] = ["a".repeat(16), "b".repeat(16), "c".repeat(16)];

describe("pruning the cache", () => {
  let root: string;
  const options = () => ({ root, unusedHours: 24, nowMs });
  const keys = () => readdirSync(root).filter((name) => !name.includes(".lock-target"));

  /** @param ages hours ago that it was made and last used */
  async function folder(
    key: string,
    { made, used = made }: { made: number; used?: number },
  ): Promise<string> {
    const place = join(root, key);
    await mkdir(place);
    await writeFile(join(place, "content"), Buffer.alloc(8192, 1));
    await writeFile(lockTargetOf(key, root), "");
    await setAge(place, made);
    await setAge(lockTargetOf(key, root), used);
    return place;
  }
  const setAge = (path: string, hours: number) => {
    const time = new Date(nowMs - hours * hour);
    return utimes(path, time, time);
  };

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "cache-"));
  });

  it("removes what a successor was made after its last use of, and nothing else", async () => {
    await folder(`image-load-${older}`, { made: 100 });
    await folder(`image-load-${old}`, { made: 90, used: 30 });
    await folder(`image-load-${recent}`, { made: 50 });
    await folder(`model-minilm-${older}`, { made: 400 });
    await folder("pulumi-home", { made: 400 });
    const removed = await prune(options());
    // `old` was used after its successor was made: two checkouts take turns.
    expect(removed.map(({ key }) => key)).toEqual([`image-load-${older}`]);
    expect(removed[0]!.bytes).toBeGreaterThanOrEqual(8192);
    expect(keys().sort()).toEqual([
      `image-load-${old}`,
      `image-load-${recent}`,
      `model-minilm-${older}`,
      "pulumi-home",
    ]);
  });

  it("keeps what was used within the time, superseded or not", async () => {
    await folder(`image-load-${older}`, { made: 100, used: 20 });
    await folder(`image-load-${recent}`, { made: 10 });
    expect(superseded(options())).toEqual([]);
  });

  it("removes a layer with the last image that holds it, and counts its bytes once", async () => {
    const layer = await folder(`layer-folder-${older}`, { made: 100 });
    const shared = await folder(`layer-base-${older}`, { made: 100 });
    for (const place of [layer, shared]) await writeFile(join(place, "layer.tar"), Buffer.alloc(65_536, 1));
    const before = await folder(`image-load-${older}`, { made: 100 });
    const now = await folder(`image-load-${recent}`, { made: 1 });
    await link(join(layer, "layer.tar"), join(before, "blob"));
    for (const image of [before, now]) await link(join(shared, "layer.tar"), join(image, "base"));
    for (const place of [layer, shared, before]) await setAge(place, 100);
    const removed = await prune(options());
    expect(removed.map(({ key }) => key)).toEqual([`image-load-${older}`, `layer-folder-${older}`]);
    expect(removed.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(2 * 65_536);
    expect(existsSync(join(shared, "layer.tar"))).toBe(true);
  });

  it("leaves alone what somebody holds, and removes a draft that nobody does", async () => {
    await folder(`image-load-${older}`, { made: 100 });
    await folder(`image-load-${recent}`, { made: 1 });
    const unlock = await lock(lockTargetOf(`image-load-${older}`, root));
    await mkdir(join(root, `image-load-${older}.draft`));
    await mkdir(join(root, `image-load-${old}.draft`));
    expect(await prune({ root, unusedHours: 0.5 })).toEqual([]);
    expect(keys()).toContain(`image-load-${older}.draft`);
    expect(keys()).not.toContain(`image-load-${old}.draft`);
    await unlock();
    expect(await prune({ root, unusedHours: 0.5 })).toHaveLength(1);
  });
});

it.each([
  [`image-serving-onnx-tiny-${old}`, "image-serving-onnx-tiny"],
  ["k3s-v1.34.1-8215b940-go", "k3s"],
  ["k3s-v1.34.1+k3s1-release", "k3s"],
  ["python-3.11.7-02844ed464665a8a", "python"],
  ["model-roberta-base-synthetic-fbdd7c4cf19c35e6", "model-roberta-base-synthetic"],
  ["pulumi-home", "pulumi-home"],
])("%s is of the family %s", (key, family) => {
  expect(familyOf(key)).toBe(family);
});
