/** Entry of the stand-in for the official docker plugin. The SDK prints its port as the first line of output. */
import sdk from "@pulumi/docker/package.json" with { type: "json" };
import provider from "@pulumi/pulumi/provider/index.js";
import { openEngine } from "../../docker/engine.ts";
import { endWithEngine } from "../../engine/engine-watch.ts";
import { dockerStandIn } from "./provider.ts";

endWithEngine(async () => undefined);
// The engine shows what a plugin writes here.
process.stderr.write(
  "docker: a stand-in of the testbed, not the official plugin; it supports the types that the testbed uses\n",
);
await provider.main(dockerStandIn(sdk.version, openEngine()), process.argv.slice(2));
