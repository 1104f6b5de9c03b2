/** The serving layer on a cluster: the variant's image where its nodes find it, and its stack. */

import { TestbedError } from "../../errors/errors.ts";
import { ServingStack } from "../components/serving-stack.ts";
import { imageUser } from "../images/user.ts";
import { variablesOf } from "../services/definition/run.ts";
import { readyOf } from "../services/definition/service.ts";
import {
  argumentsOf,
  environmentOf,
  lifecycleOf,
  replicasOf,
  type Variant,
} from "../services/definition/variant.ts";
import { type Service, variantNamespace } from "../services/index.ts";
import { recordedService } from "../services/record.ts";
import { imageMakerOf } from "../services/runs/image-maker.ts";
import { type Platform, platformOf } from "./platform.ts";
import { podResources } from "./pod-resources.ts";
import { type ServingOptions, variantFor } from "./serving.ts";

export async function k3sServing(target: string, options: ServingOptions) {
  const { stack, service: serviceName, variant: name, config } = options;
  const { service } = await recordedService(serviceName);
  const variant = variantFor(service, name, config);
  const { spec } = service;
  const image = await imageOf(target, service, variant, config.model);
  const platform = await platformOf(target);
  const reference = typeof image === "string" ? image : platform.image(image);
  const startSeconds = config.startSeconds ?? Math.max(spec.startSeconds, leastStartSeconds);
  const serving = new ServingStack(
    name,
    {
      ...servingArgs(service, variant),
      image: reference,
      imagePullPolicy: typeof image === "string" ? "IfNotPresent" : platform.imagePullPolicy,
      serviceType: platform.serviceType,
      startTimeoutSeconds: startSeconds,
      podNetwork: platform.podNetwork,
    },
    { providers: [platform.provider] },
  );
  return {
    url: platform.url(serving),
    namespace: serving.namespace,
    clusterIp: serving.clusterIp,
    image: reference,
    stack,
  };
}

/** An image has to be pulled or unpacked, and a node's cores are shared with whatever else comes up. */
const leastStartSeconds = 240;

/** All that a variant's stack takes from the service, whatever its platform. @throws TestbedError where a secret is not set */
export function servingArgs(service: Service, variant: Variant) {
  const { spec, own } = service;
  const { run } = spec;
  const ready = readyOf(spec);
  const { values, secrets } = variablesOf(run);
  const words = argumentsOf(spec, variant);
  const command = run.kind === "image" && run.command !== undefined ? [...run.command, ...words] : undefined;
  return {
    name: variantNamespace(spec.name, variant.name),
    service: spec.name,
    replicas: replicasOf(spec, variant),
    lifecycle: lifecycleOf(spec, variant),
    container: {
      port: run.kind === "image" ? run.port : (own?.image.port ?? projectPort),
      environment: { ...values, ...environmentOf(spec, variant) },
      secrets: secretValues(secrets),
      command,
      args: run.kind === "image" ? [] : words,
      resources: podResources(spec, variant),
      readyPath: ready.path,
      livePath: ready.livePath,
      user: run.kind === "image" ? run.user : imageUser,
      writable: run.kind === "image" && run.writable,
      drainSeconds: spec.drainSeconds,
    },
  };
}

/** On which an image of a BentoML project listens. */
const projectPort = 3000;

function secretValues(names: Readonly<Record<string, string>>): Record<string, string> {
  const missing = Object.values(names).filter((name) => process.env[name] === undefined);
  if (missing.length > 0) {
    throw new TestbedError("badInput", "the service cannot be started: a variable is not set", {
      problems: missing.map((name) => ({
        path: "run.environment",
        expected: `${name}, set`,
        got: "not set",
      })),
    });
  }
  return Object.fromEntries(Object.entries(names).map(([own, name]) => [own, process.env[name]!]));
}

/** @returns a reference where the cluster pulls it, else what was made here */
async function imageOf(
  target: string,
  service: Service,
  variant: Variant,
  model: string | undefined,
): Promise<string | Parameters<Platform["image"]>[0]> {
  const { spec, own } = service;
  const maker = imageMakerOf(spec.run);
  if (spec.run.kind === "image" && maker === undefined) return spec.run.image;
  const found =
    own === undefined ? await maker!.find(service) : await own.image.find(variant, model ?? own.defaultModel);
  if (found !== null) return found;
  throw new TestbedError("missingPart", `the image of ${spec.name} (${variant.name}) was not built`, {
    hint: `npx testbed setup --target ${target}${
      own === undefined ? ` --service ${service.file ?? spec.name}` : ` --model ${model ?? own.defaultModel}`
    }`,
  });
}
