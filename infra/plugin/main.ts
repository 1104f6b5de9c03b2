/** Entry of the provider plugin. The SDK prints its port as the first line; nothing may print before it. */
import provider from "@pulumi/pulumi/provider/index.js";
import { testbedProvider } from "./provider.ts";

await provider.main(testbedProvider(), process.argv.slice(2));
