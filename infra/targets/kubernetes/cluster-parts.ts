import { provideLoadImage } from "../../images/load.ts";
import { hasVariant, variantOf } from "../../services/load.ts";
import { imageMakerOf } from "../../services/runs/image-maker.ts";
import { provideKubernetesPlugin, withStandIn } from "../../toolchain/plugins.ts";
import type { Part } from "../../toolchain/provide/part.ts";
import type { ProvideContext } from "../target.ts";

/** The plugin and the images, in addition to the parts that the target provides itself. */
export async function provideForCluster(
  { toolchain, service, model, variants: names, progress }: ProvideContext,
  parts: readonly Part[],
) {
  const plugin = await provideKubernetesPlugin(toolchain.pulumi, toolchain.environment, { progress });
  const images: Part[] = [];
  const { own, spec } = service;
  if (own !== undefined && model !== null) {
    for (const name of names.filter((one) => hasVariant(service, one))) {
      const { python } = toolchain;
      const { part } = await own.image.provide(variantOf(service, name), model, { progress, python });
      if (!images.some((one) => one.part === part.part)) images.push(part);
    }
  } else if (own === undefined && names.length > 0) {
    const made = await imageMakerOf(spec.run)?.provide(service, { progress });
    if (made !== undefined) images.push(made.part);
  }
  images.push((await provideLoadImage({ progress })).part);
  return {
    ...toolchain,
    parts: [...toolchain.parts, ...parts, plugin, ...images],
    environment: withStandIn(toolchain.environment),
  };
}
