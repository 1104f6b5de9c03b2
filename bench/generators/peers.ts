/** The tools of the benchmark: ours, and its peers. */

import { messageOf } from "../../errors/errors.ts";
import type { ProvideOptions } from "../../infra/toolchain/provide/cache.ts";
import type { Tool } from "./tool.ts";
import { aiperf } from "./tools/aiperf.ts";
import { autocannon } from "./tools/autocannon.ts";
import { k6 } from "./tools/k6.ts";
import { locust } from "./tools/locust.ts";
import { testbed } from "./tools/testbed.ts";
import { vegeta } from "./tools/vegeta.ts";

type Provide = (options: ProvideOptions) => Promise<Tool>;

const peers: Readonly<Record<string, Provide>> = { vegeta, k6, locust, autocannon, aiperf };

/** Those that could be provided, and why the others could not. */
export async function provideTools(
  options: ProvideOptions,
): Promise<{ tools: Tool[]; missing: readonly string[] }> {
  const tools: Tool[] = [testbed()];
  const missing: string[] = [];
  for (const [name, provide] of Object.entries(peers)) {
    options.progress(`providing ${name}`);
    try {
      tools.push(await provide(options));
    } catch (error) {
      missing.push(`${name}: ${messageOf(error).split("\n")[0]}`);
    }
  }
  return { tools, missing };
}
