/**
 * The known-answer target: each variant is a queue with a computable law (known-answer/laws.ts) behind the service's
 * own interface. No model runs and no toolchain is needed: a study runs wherever Node runs, and its figures can be
 * checked against queueing theory.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { TestbedError } from "../../../errors/errors.ts";
import { typescriptArguments } from "../../../workloads/typescript/typescript.ts";
import { lawText } from "../../known-answer/laws.ts";
import { variantOf } from "../../services/load.ts";
import type { Target } from "../target.ts";

export const simulatedTarget: Target = {
  description: "a simulated queue in place of each variant: entirely synthetic, needs only Node",
  overheadSeconds: { perDeployment: 1, perLoadJob: 0 },
  laws: true,
  standsAlone: {
    model: {
      name: "simulated",
      directory: "",
      digest: "none",
      licence: "none",
      synthetic: true,
      simulated: true,
      note: "no model: every answer is neutral, after a simulated service time",
    },
  },
  notes: ({ service, variants }) => [
    "No model runs: every variant is a simulated first-come-first-served queue with chosen service times. " +
      "The figures show whether the testbed measures correctly, and nothing about serving.",
    ...variants.map((name) => `${name}: ${lawText(service.own!.law(variantOf(service, name)))}`),
  ],
  open({ service }) {
    const running = new Map<string, ChildProcess>();
    return {
      async up(variant) {
        const started = performance.now();
        const child = serve(JSON.stringify(service.own!.law(variantOf(service, variant))));
        running.set(variant, child);
        const url = await firstWord(child, variant);
        return {
          url: `${url}${service.spec.ask.path}`,
          logFile: "none: the simulated target writes no log",
          readySeconds: (performance.now() - started) / 1000,
          identity: String(child.pid),
        };
      },
      async down(variant) {
        const child = running.get(variant);
        running.delete(variant);
        if (child === undefined || hasEnded(child)) return;
        const ended = once(child, "exit");
        child.kill();
        await ended;
      },
      async alive({ identity }) {
        return [...running.values()].some((child) => String(child.pid) === identity && !hasEnded(child));
      },
    };
  },
};

/** In a group of its own, so that Ctrl-C reaches it only through `down`; it ends with its parent all the same. */
function serve(law: string): ChildProcess {
  return fork(fileURLToPath(new URL("../../known-answer/main.ts", import.meta.url)), [law], {
    execArgv: [...typescriptArguments],
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

function firstWord(child: ChildProcess, variant: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("message", (url) => resolve(String(url)));
    child.once("exit", (code) =>
      reject(
        new TestbedError(
          "provisionFailed",
          `the simulated ${variant} exited with code ${code} before its first answer`,
        ),
      ),
    );
  });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
