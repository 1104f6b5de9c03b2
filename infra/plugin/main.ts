/** Entry of the provider plugin. The SDK prints its port as the first line; nothing may print before it. */
import provider from "@pulumi/pulumi/provider/index.js";
import { endWithEngine } from "../engine/engine-watch.ts";
import { testbedProvider } from "./provider.ts";

const testbed = testbedProvider();
endWithEngine(() => testbed.cancel());
await provider.main(testbed, process.argv.slice(2));
