/**
 * The stack name is the address: `<target>.<what>`. Total in one direction, checked in the other.
 *
 *   process.baseline   the serving layer of one variant        k3s.node   the node that variants run on
 *   k3s.load-1f2e3d4c  the load job of one trial, while it runs
 *   process.embeddings.four-workers   the serving layer of one variant of a user's service
 */
import { TestbedError } from "../../errors/errors.ts";
import { defaultService } from "../services/built-in-names.ts";

export type Address =
  | {
      readonly layer: "serving";
      readonly target: string;
      readonly variant: string;
      /** Ours where it is left out. */
      readonly service?: string;
    }
  | { readonly layer: "load"; readonly target: string; readonly trial: string }
  | { readonly layer: "node"; readonly target: string };

const nodeName = "node";
const loadPrefix = "load-";
const part = /^[a-z0-9][a-z0-9-]*$/;

export function stackName(address: Address): string {
  const { target } = address;
  if (address.layer === "node") return `${target}.${nodeName}`;
  if (address.layer === "load") return `${target}.${loadPrefix}${address.trial}`;
  const { service = defaultService, variant } = address;
  return service === defaultService ? `${target}.${variant}` : `${target}.${service}.${variant}`;
}

/** @throws TestbedError where the name is not `<target>.<what>` */
export function parseStackName(name: string): Address {
  const [target = "", what = "", variant, ...rest] = name.split(".");
  const parts = [target, what, ...(variant === undefined ? [] : [variant])];
  if (rest.length > 0 || !parts.every((one) => part.test(one))) {
    throw new TestbedError("badInput", `${name} is not a stack of this testbed`, {
      problems: [{ path: "stack", expected: "<target>.<variant>, for example process.baseline", got: name }],
      hint: "`testbed list` shows targets and variants.",
    });
  }
  if (variant !== undefined) return { layer: "serving", target, service: what, variant };
  if (what === nodeName) return { layer: "node", target };
  return what.startsWith(loadPrefix)
    ? { layer: "load", target, trial: what.slice(loadPrefix.length) }
    : { layer: "serving", target, variant: what };
}
