/** The serving layer: one variant of the served model on one target. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { TestbedError } from "../../errors.ts";
import { ProcessService } from "../components/process-service.ts";
import { readEnvironment } from "../environment-file.ts";
import { packageRoot, privateFolder, serviceFolder } from "../places.ts";
import type { ServiceInputs } from "../plugin/service.ts";
import {
  placementProblems,
  processPlacement,
  serviceEnvironment,
  type Variant,
  variantOfStack,
} from "../variants/index.ts";

export interface ServingOptions {
  readonly stack: string;
  readonly variant: string;
  readonly model: string;
}

const supervisor = join(packageRoot, "infra", "plugin", "supervise.sh");

/** One request of the kind that the load sends. */
const probeBody = JSON.stringify({ texts: ["Is the model awake?"] });

export async function processServing({ stack, variant, model }: ServingOptions) {
  const settings = variantOfStack(variant);
  const problems = placementProblems("stack", "process", settings, processPlacement);
  if (problems.length > 0) {
    throw new TestbedError("badInput", `${variant} cannot run on the target process`, {
      problems,
      hint: "The target k3s has pods: replicas, and a lifecycle.",
    });
  }
  const { python, model: prepared } = await readEnvironment(model);
  const inputs = await sentimentProcess({ name: stack, variant: settings, python, prepared });
  const { url, pid, startTime, logFile, readySeconds } = new ProcessService(variant, inputs);
  return { url, pid, startTime, logFile, readySeconds };
}

export interface SentimentProcessOptions {
  /** Of the stack, or of whatever else brings the process up; names its log. */
  readonly name: string;
  readonly variant: Variant;
  readonly python: string;
  readonly prepared: { readonly directory: string; readonly digest: string };
}

/** A variant as a process of this machine: command, environment and probes. */
export async function sentimentProcess(options: SentimentProcessOptions): Promise<ServiceInputs> {
  const { name, variant, python, prepared } = options;
  // Its temporary files too are where `testbed` looks: a service that is killed cannot remove them.
  const temporary = join(privateFolder, "tmp");
  await mkdir(temporary, { recursive: true });
  return {
    name,
    command: [
      ...(variant.supervised === true ? [supervisor] : []),
      ...[python, "-m", "bentoml", "serve", "service:Sentiment"],
      ...["--host", "127.0.0.1", "--port", "{port}"],
    ],
    cwd: serviceFolder,
    environment: {
      ...serviceEnvironment(variant),
      TESTBED_MODEL_DIR: prepared.directory,
      BENTOML_HOME: join(privateFolder, "bentoml"),
      HOME: join(privateFolder, "home"),
      TMPDIR: temporary,
      PATH: "/usr/local/bin:/usr/bin:/bin",
      PYTHONUNBUFFERED: "1",
      PYTHONDONTWRITEBYTECODE: "1",
    },
    readyPath: "/ready",
    probePath: "/classify",
    probeBody,
    logFile: join(privateFolder, "logs", `${name}.log`),
    startTimeoutSeconds: 180,
    drainSeconds: 10,
    modelDigest: prepared.digest,
  };
}
