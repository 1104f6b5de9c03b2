/** The serving layer on a cluster: the variant's image where its nodes find it, and its stack. */
import { TestbedError } from "../../errors.ts";
import { ServingStack } from "../components/serving-stack.ts";
import { readEnvironment } from "../environment-file.ts";
import { findServingImage, imageRuntime } from "../images/serving.ts";
import { variantOfStack } from "../variants/index.ts";
import { platformOf } from "./platform.ts";
import type { ServingOptions } from "./serving.ts";

const defaultStartSeconds = 240;

export async function k3sServing(target: string, { stack, variant: name, model }: ServingOptions) {
  const variant = variantOfStack(name);
  const { model: prepared } = await readEnvironment(model);
  const found = await findServingImage(imageRuntime(variant), { name: model, ...prepared });
  if (found === null) {
    throw new TestbedError("missingPart", `the image of ${name} with the model ${model} has not been made`, {
      hint: `npx testbed setup --target ${target} --model ${model}`,
    });
  }
  const platform = await platformOf(target);
  const image = platform.image(found);
  const serving = new ServingStack(
    name,
    {
      name: `testbed-${name}`,
      variant,
      image,
      imagePullPolicy: platform.imagePullPolicy,
      serviceType: platform.serviceType,
      startTimeoutSeconds: Number(process.env.TESTBED_START_SECONDS ?? defaultStartSeconds),
    },
    { providers: [platform.provider] },
  );
  return {
    url: platform.url(serving),
    namespace: serving.namespace,
    clusterIp: serving.clusterIp,
    image,
    stack,
  };
}
