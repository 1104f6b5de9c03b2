/** The services that come with the testbed, by name. To add one: one folder and one line here. */
import { serviceFolder } from "../workspace/paths.ts";
import type { ServiceInput } from "./definition/service.ts";
import type { OwnParts } from "./parts/built-in-parts.ts";
import { sentimentDefinition } from "./sentiment/definition.ts";
import { sentimentParts } from "./sentiment/parts.ts";

export interface BuiltIn {
  /** Read when it is asked for: variants of this checkout alone may come and go. */
  definition(): ServiceInput;
  readonly folder: string;
  readonly own: OwnParts;
}

export const builtIn = {
  sentiment: { definition: sentimentDefinition, folder: serviceFolder, own: sentimentParts },
} satisfies Record<string, BuiltIn>;

export { defaultService } from "./built-in-names.ts";

export function isBuiltIn(name: string): name is keyof typeof builtIn {
  return Object.hasOwn(builtIn, name);
}
