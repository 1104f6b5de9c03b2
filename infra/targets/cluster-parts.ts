import { provideLoadImage } from "../images/load.ts";
import { imageRuntime, provideServingImage } from "../images/serving.ts";
import type { Part } from "../toolchain/part.ts";
import { provideKubernetesPlugin, withStandIn } from "../toolchain/plugins.ts";
import { isVariant, variants } from "../variants/index.ts";
import type { ProvideContext } from "./target.ts";

/** The plugin and the images, beside the parts that the target has provided itself. */
export async function provideForCluster(
  { toolchain, model, variants: names, progress }: ProvideContext,
  parts: readonly Part[],
) {
  const plugin = await provideKubernetesPlugin(toolchain.pulumi, toolchain.environment, { progress });
  const runtimes = new Set(names.filter(isVariant).map((name) => imageRuntime(variants[name])));
  const images = [];
  for (const runtime of runtimes) {
    images.push((await provideServingImage(runtime, model, toolchain.python, { progress })).part);
  }
  images.push((await provideLoadImage({ progress })).part);
  return {
    ...toolchain,
    parts: [...toolchain.parts, ...parts, plugin, ...images],
    environment: withStandIn(toolchain.environment),
  };
}
