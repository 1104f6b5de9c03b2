/** The serving layer: one variant of the served model on one target. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { TestbedError } from "../../errors.ts";
import { ProcessService } from "../components/process-service.ts";
import { readEnvironment } from "../environment-file.ts";
import { checkout, privateFolder, serviceFolder } from "../places.ts";
import {
  processMostReplicas,
  replicaProblems,
  serviceEnvironment,
  variantOfStack,
} from "../variants/index.ts";

export interface ServingOptions {
  readonly stack: string;
  readonly variant: string;
  readonly model: string;
}

const supervisor = join(checkout, "infra", "plugin", "supervise.sh");

/** One request of the kind that the load sends. */
const probeBody = JSON.stringify({ texts: ["Is the model awake?"] });

export async function processServing({ stack, variant, model }: ServingOptions) {
  const settings = variantOfStack(variant);
  const problems = replicaProblems("stack", "process", settings, processMostReplicas);
  if (problems.length > 0) {
    throw new TestbedError("badInput", `${variant} cannot run on the target process`, {
      problems,
      hint: "The target k3s runs replicas.",
    });
  }
  const { python, model: prepared } = await readEnvironment(model);
  // Its temporary files too are where `testbed` looks: a service that is killed cannot remove them.
  const temporary = join(privateFolder, "tmp");
  await mkdir(temporary, { recursive: true });
  const service = new ProcessService(variant, {
    name: stack,
    command: [
      ...(settings.supervised === true ? [supervisor] : []),
      python,
      "-m",
      "bentoml",
      "serve",
      "service:Sentiment",
      "--host",
      "127.0.0.1",
      "--port",
      "{port}",
    ],
    cwd: serviceFolder,
    environment: {
      ...serviceEnvironment(settings),
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
    logFile: join(privateFolder, "logs", `${stack}.log`),
    startTimeoutSeconds: 180,
    drainSeconds: 10,
    modelDigest: prepared.digest,
  });
  const { url, pid, startTime, logFile, readySeconds } = service;
  return { url, pid, startTime, logFile, readySeconds };
}
