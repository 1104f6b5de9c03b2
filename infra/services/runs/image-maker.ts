/** Builds the image of a user's service on this machine, by the way the service runs. */
import type { ServingImage } from "../../images/serving.ts";
import type { ProvideOptions } from "../../toolchain/provide/cache.ts";
import type { Part } from "../../toolchain/provide/part.ts";
import type { RunSpec } from "../definition/run.ts";
import type { Service } from "../load.ts";
import { findArchiveImage, provideArchiveImage } from "./image-archive.ts";
import { findProjectImage, provideProjectImage } from "./project-image.ts";

export interface ImageMaker {
  provide(
    service: Service,
    options: ProvideOptions,
  ): Promise<{ readonly image: ServingImage; readonly part: Part }>;
  /** @returns null where set-up has not made it */
  find(service: Service): Promise<ServingImage | null>;
}

const ofArchive: ImageMaker = { provide: provideArchiveImage, find: (service) => findArchiveImage(service) };
const ofProject: ImageMaker = { provide: provideProjectImage, find: (service) => findProjectImage(service) };

/** Undefined where nothing is made: a node pulls the image by its digest. */
export function imageMakerOf(run: RunSpec): ImageMaker | undefined {
  if (run.kind !== "image") return ofProject;
  return run.archive === undefined ? undefined : ofArchive;
}
