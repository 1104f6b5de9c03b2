/** One running variant for the length of a look: an existing server, a process, or a deployment on a target. */
import { join } from "node:path";
import { messageOf, TestbedError } from "../../errors/errors.ts";
import { checkTemporary } from "../../files/temporary-root.ts";
import { createService, deleteService } from "../../infra/plugin/kinds/process/service.ts";
import { checkVariables } from "../../infra/services/definition/run.ts";
import { type Service, urlOf, variantOf } from "../../infra/services/index.ts";
import { requirementsOf } from "../../infra/services/runs/index.ts";
import { addressOf } from "../../infra/targets/external/url.ts";
import { providePackages } from "../../infra/toolchain/uv.ts";
import { privateFolder } from "../../infra/workspace/paths.ts";
import { hidePrivateFolder } from "../../infra/workspace/project.ts";
import { deployed, withTarget } from "../session/target-session.ts";
import { interruptSignal } from "../terminal/interrupt.ts";
import type { Progress } from "../terminal/progress.ts";

export interface Running {
  /** With the path that is asked. */
  readonly url: string;
  /** Undefined for what the testbed did not start. */
  readonly logFile?: string;
  /** How it was started, for a person. */
  readonly how: string;
  readonly signal: AbortSignal;
}

export interface Choice {
  readonly service: Service;
  readonly variant: string;
  readonly target: string;
  readonly model: string | undefined;
}

/** @throws TestbedError (provisionFailed) where it does not come up, with the end of its log; then nothing of it is left */
export async function whileRunning<T>(
  choice: Choice,
  progress: Progress,
  work: (running: Running) => Promise<T>,
): Promise<T> {
  const { service, target } = choice;
  if (target === "url") return atItsUrl(choice, progress, work);
  if (target === "process" && service.own === undefined) return asProcess(choice, progress, work);
  const { variant, model } = choice;
  return withTarget({ target, service, model, variants: [variant] }, progress, (context) =>
    deployed(context, variant, ({ url, logFile, readySeconds }) =>
      work({
        url,
        logFile,
        how: `deployed on ${target}, ready after ${readySeconds.toFixed(1)} s`,
        signal: context.signal,
      }),
    ),
  );
}

async function atItsUrl<T>(
  { service, variant }: Choice,
  progress: Progress,
  work: (running: Running) => Promise<T>,
) {
  const base = urlOf(service.spec, variantOf(service, variant));
  if (base === undefined || !URL.canParse(base)) {
    throw new TestbedError("badInput", `${variant} has no address`, {
      problems: [
        { path: "run.url", expected: "a URL, or a setting that goes to `url`", got: base ?? "nothing" },
      ],
    });
  }
  const { signal, release } = interruptSignal(progress.say);
  try {
    return await work({
      url: addressOf(base, service.spec.ask.path),
      how: "running already: nothing was deployed",
      signal,
    });
  } finally {
    release();
  }
}

/** Without the engine, which takes longer than the service; the registry knows it, so that nothing is left of it either. */
async function asProcess<T>(
  choice: Choice,
  progress: Progress,
  work: (running: Running) => Promise<T>,
): Promise<T> {
  const { service, variant } = choice;
  checkTemporary();
  checkVariables(service.spec.run);
  // It imports Pulumi's library, which takes half a second, and fails where temporary files cannot be made.
  const { processInputs } = await import("../../infra/layers/serving.ts");
  const say = (line: string) => progress.say(`  ${line}`);
  await hidePrivateFolder();
  const requirements = requirementsOf(service);
  const packages =
    requirements === undefined
      ? undefined
      : await providePackages(requirements, service.spec.name, { progress: say });
  const name = `try.${service.spec.name}.${variant}`;
  const recorded = { service, python: packages?.path };
  const inputs = {
    ...(await processInputs({ name, recorded, variant: variantOf(service, variant), place: undefined })),
    // The request that is shown is the first one.
    probe: null,
    logFile: join(privateFolder, "logs", `${name}.log`),
  };
  progress.say(`Starting ${variant}: ${inputs.command.join(" ")}`);
  const { signal, release } = interruptSignal(progress.say);
  try {
    const { startTimeoutSeconds: most } = inputs;
    const onWait = (why: string) => say(`not ready yet, for at most ${most} s: ${why}`);
    const state = await createService(inputs, signal, onWait).catch((cause: unknown) => {
      if (signal.aborted) throw new TestbedError("interrupted", "stopped; nothing is up", { cause });
      throw new TestbedError("provisionFailed", messageOf(cause), {
        cause,
        hint: `It was started in ${inputs.cwd}; run, ready and startSeconds of the service file say how.`,
      });
    });
    try {
      return await work({
        url: addressOf(state.url, service.spec.ask.path),
        logFile: state.logFile,
        how: `started in ${state.readySeconds.toFixed(1)} s in ${inputs.cwd}`,
        signal,
      });
    } finally {
      await deleteService(state);
    }
  } finally {
    release();
  }
}
