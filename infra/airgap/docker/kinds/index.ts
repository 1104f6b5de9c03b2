/** The resource types that the stand-in supports. To add one: one file and one line here. */
import { container } from "./container.ts";
import type { Kind } from "./kind.ts";
import { network } from "./network.ts";
import { remoteImage } from "./remote-image.ts";
import { volume } from "./volume.ts";

// biome-ignore lint/suspicious/noExplicitAny: a kind parses what it is given; the record cannot know its types.
export const kinds: Readonly<Record<string, Kind<any>>> = {
  "docker:index/container:Container": container,
  "docker:index/network:Network": network,
  "docker:index/remoteImage:RemoteImage": remoteImage,
  "docker:index/volume:Volume": volume,
};

export type { Kind } from "./kind.ts";
