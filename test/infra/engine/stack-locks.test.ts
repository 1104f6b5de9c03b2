import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endHolders, freeDeadLocks, stackLocks } from "../../../infra/engine/stack-locks.ts";

const stack = "k3s.node";

/** A process without a parent may stay as a zombie where nobody collects it. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe.skipIf(process.platform !== "linux")("the lock of a stack", () => {
  let root: string;
  let engine: ChildProcess;
  const lock = (name: string, pid: number, owner = hostname()) => {
    const path = join(root, ".pulumi", "locks", "organization", "serving-testbed", stack, `${name}.json`);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(
      path,
      JSON.stringify({ pid, username: "x", hostname: owner, timestamp: "2026-01-01T00:00:00Z" }),
    );
    return path;
  };
  const locks = () => stackLocks(pathToFileURL(root).href, stack);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "state-"));
    // An engine is known by its name.
    copyFileSync("/bin/sleep", join(root, "pulumi"));
    engine = spawn(join(root, "pulumi"), ["60"]);
  });
  afterEach(() => {
    engine.kill("SIGKILL");
    rmSync(root, { recursive: true });
  });

  it("is freed where the engine that held it is gone, or its pid is somebody else's by now", () => {
    const gone = lock("gone", 2 ** 22 + 1);
    const reused = lock("reused", process.pid);
    expect(freeDeadLocks(locks())).toEqual([]);
    expect([gone, reused].filter(existsSync)).toEqual([]);
  });

  it("is freed with the language host that a dead engine has left, and no other", async () => {
    const host = join(root, "pulumi-language-nodejs");
    copyFileSync("/bin/sleep", host);
    const others = spawn(host, ["60"]);
    // A session of its own, as an engine has it, which ends before what it has started.
    const dead = spawn("sh", ["-c", `${host} 60 & echo $!`], { detached: true });
    const ended = once(dead, "exit");
    const left = Number((await once(dead.stdout, "data"))[0]);
    await ended;
    await expect.poll(() => readFileSync(`/proc/${left}/comm`, "utf8").trim()).toBe("pulumi-language");
    lock("dead", dead.pid!);
    expect(freeDeadLocks(locks())).toEqual([]);
    await expect.poll(() => isRunning(left)).toBe(false);
    expect(others.exitCode ?? others.signalCode).toBeNull();
    others.kill("SIGKILL");
  });

  it("is held where the engine lives, or is on another machine", () => {
    const paths = [lock("here", engine.pid!), lock("there", 1, "another-machine")];
    expect(
      freeDeadLocks(locks())
        .map(({ path }) => path)
        .sort(),
    ).toEqual(paths.sort());
    expect(paths.every(existsSync)).toBe(true);
  });

  it("goes with the engine that is ended", async () => {
    const path = lock("here", engine.pid!);
    await endHolders(locks());
    expect(existsSync(path)).toBe(false);
    expect(engine.signalCode ?? "SIGINT").toBe("SIGINT");
  });

  it("is not looked for where the state is not a folder", () => {
    expect(stackLocks("https://api.pulumi.com", stack)).toEqual([]);
    expect(stackLocks("", stack)).toEqual([]);
  });
});
