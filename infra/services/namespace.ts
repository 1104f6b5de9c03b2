/** The name of a variant's namespace on a cluster: a DNS label, different for each variant of each service. */
import { createHash } from "node:crypto";
import { defaultService } from "./built-in-names.ts";

const most = 63;

export function variantNamespace(service: string, variant: string): string {
  const name = service === defaultService ? `testbed-${variant}` : `testbed-${service}-${variant}`;
  if (name.length <= most) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, most - 9)}-${hash}`;
}
