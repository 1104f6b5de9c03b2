/** The serving layer: one variant of a service as a process of this machine. */
import { join } from "node:path";
import { TestbedError } from "../../errors/errors.ts";
import { ProcessService } from "../components/process-service.ts";
import { temporaryFolder } from "../host/temporary-folder.ts";
import type { ServiceInputs } from "../plugin/kinds/process/service.ts";
import { variablesOf } from "../services/definition/run.ts";
import { readyOf } from "../services/definition/service.ts";
import { argumentsOf, environmentOf, isSupervised, type Variant } from "../services/definition/variant.ts";
import { type Service, tellingStages, variantOf } from "../services/load.ts";
import type { Place } from "../services/parts/built-in-parts.ts";
import { placementProblems, processPlacement } from "../services/placement.ts";
import { type Recorded, recordedService } from "../services/record.ts";
import { startedAs } from "../services/runs/index.ts";
import { packageRoot, privateFolder } from "../workspace/paths.ts";
import type { StackConfig } from "../workspace/stack-config.ts";

export interface ServingOptions {
  readonly stack: string;
  readonly service: string;
  readonly variant: string;
  readonly config: StackConfig;
}

const supervisor = join(packageRoot, "infra", "plugin", "kinds", "process", "supervise.sh");

export async function processServing({ stack, service: name, variant: variantName, config }: ServingOptions) {
  const recorded = await recordedService(name);
  const { service } = recorded;
  const variant = variantFor(service, variantName, config);
  const problems = placementProblems("stack", "process", service, variant, processPlacement);
  if (problems.length > 0) {
    throw new TestbedError("badInput", `${variantName} cannot run on the target process`, {
      problems,
      hint: "The target k3s has pods: replicas, resources, and a lifecycle.",
    });
  }
  const place = await service.own?.place(config.model ?? service.own.defaultModel);
  const { startSeconds } = config;
  const inputs = await processInputs({ name: stack, recorded, variant, place, startSeconds });
  const { url, pid, startTime, logFile, readySeconds } = new ProcessService(variantName, inputs);
  return { url, pid, startTime, logFile, readySeconds };
}

/** @throws TestbedError naming the variants there are */
export function variantFor(service: Service, name: string, { stages }: Pick<StackConfig, "stages">): Variant {
  const variant = variantOf(service, name);
  return stages ? tellingStages(service, variant) : variant;
}

export interface ProcessOptions {
  /** Of the stack, or of whatever else brings the process up; names its log. */
  readonly name: string;
  readonly recorded: Recorded;
  readonly variant: Variant;
  readonly place: Place | undefined;
  /** In place of the service's own limit. */
  readonly startSeconds?: number | undefined;
}

/** A variant as a process of this machine: command, environment and probes. */
export async function processInputs(options: ProcessOptions): Promise<ServiceInputs> {
  const { name, variant, place, recorded, startSeconds } = options;
  const { service, python, probe } = recorded;
  const { spec, own } = service;
  const { run, ask, judge } = spec;
  const ready = readyOf(spec);
  const started = await startedAs(service, { python: place?.python ?? python });
  const inherits = "inheritEnvironment" in run && run.inheritEnvironment;
  // Its temporary files too are where `testbed` looks: a service that is killed cannot remove them.
  const temporary = await temporaryFolder();
  const request =
    own === undefined
      ? probe
      : {
          method: ask.method,
          path: ask.path,
          headers: ask.headers,
          body: Buffer.from(own.probe).toString("base64"),
        };
  return {
    name,
    command: [
      ...(isSupervised(spec, variant) ? [supervisor] : []),
      ...started.command,
      ...argumentsOf(spec, variant),
    ],
    cwd: started.cwd,
    environment: {
      ...(inherits ? {} : { HOME: join(privateFolder, "home"), PATH: "/usr/local/bin:/usr/bin:/bin" }),
      ...(run.kind === "bentoml" ? { BENTOML_HOME: join(privateFolder, "bentoml") } : {}),
      TMPDIR: temporary,
      ...started.environment,
      ...(inherits ? {} : { PATH: "/usr/local/bin:/usr/bin:/bin" }),
      ...environmentOf(spec, variant),
      ...place?.environment,
    },
    environmentFrom: variablesOf(run).secrets,
    inheritEnvironment: inherits,
    readyPath: ready.path ?? null,
    probe: ready.probe && request !== undefined ? { ...request, judge } : null,
    logFile: join(privateFolder, "logs", `${name}.log`),
    startTimeoutSeconds: startSeconds ?? spec.startSeconds,
    drainSeconds: spec.drainSeconds,
    contentDigest: place?.digest ?? service.digest,
  };
}
