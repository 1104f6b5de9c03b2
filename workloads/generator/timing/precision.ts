/** Kernel settings for a thread that must wake on time. All of them need rights that not every user has. */
import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync, writeFileSync } from "node:fs";
import os from "node:os";

/** Before ordinary processes, so that a service that keeps every core busy does not delay the sends. */
const wantedNice = -20;
/** A schedule with a shorter mean gap keeps the dispatcher awake for too much of the time to be in that class. */
export const leastMeanGapForRealTimeMs = 0.15;

/**
 * For the calling thread: high priority, and timers that do not wait for company (Linux lets them, by 50 us). Without
 * the rights the run is as right, only less sharp.
 *
 * @returns the niceness it has now: -20 where it may, else what it had
 */
export function askForPrecision(): number {
  try {
    os.setPriority(0, wantedNice);
  } catch {}
  try {
    const thread = readlinkSync("/proc/thread-self").split("/").at(-1);
    writeFileSync(`/proc/${thread}/timerslack_ns`, "1");
  } catch {}
  return os.getPriority(0);
}

/**
 * For the whole process, threads to come included. Niceness alone is not enough beside a busy service: Linux from 6.6
 * on lets a running process finish its slice (3 ms) before a waking one of any niceness. With every core busy, p99
 * lateness was 4-7 ms at -20 and 0.2-0.4 ms in the real-time class.
 *
 * Only for a process that sleeps or rests much of the time: the kernel stops real-time tasks for 50 ms in every second
 * in which they want more than 95 % of a core, and other threads on the core wait all that time.
 *
 * @param priority 1 to 99; a thread of a higher one goes first
 * @returns whether it was granted
 */
export function askForRealTime(priority = 1): boolean {
  return schedule("--rr", priority);
}

/** Back among ordinary processes. */
export function leaveRealTime(): void {
  schedule("--other", 0);
}

/** Whether this process's main thread is in that class now; false where the system does not report it. */
export function inRealTimeClass(): boolean {
  try {
    // Policy is field 41 of proc(5)'s stat; the second, the name in brackets, may hold spaces.
    const policy = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)!.split(" ")[41 - 3];
    return policy === "1" || policy === "2";
  } catch {
    return false;
  }
}

function schedule(policy: "--rr" | "--other", priority: number): boolean {
  try {
    const args = ["--all-tasks", policy, "--pid", String(priority), String(process.pid)];
    execFileSync("chrt", args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
