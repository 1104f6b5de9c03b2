/**
 * Entry of the stand-in for the official kubernetes plugin. The engine gives its own address as the argument and
 * reads the port that is served from the first line of output.
 */
import grpc from "@grpc/grpc-js";
import sdk from "@pulumi/kubernetes/package.json" with { type: "json" };
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { endWithEngine } from "../../engine/engine-watch.ts";
import { type Engine, standInService } from "./service.ts";

const address = process.argv.slice(2).find((word) => !word.startsWith("-"));
const engine = address === undefined ? null : connect(address);
const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
server.addService(
  providerService.ResourceProviderService,
  standInService(sdk.version, () => engine),
);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});

endWithEngine(async () => server.forceShutdown());

function connect(to: string): Engine {
  const client = new engineService.EngineClient(to, grpc.credentials.createInsecure());
  const severities = { info: engineProto.LogSeverity.INFO, warning: engineProto.LogSeverity.WARNING };
  return {
    log(severity, message, urn) {
      const request = new engineProto.LogRequest();
      request.setSeverity(severities[severity]);
      request.setMessage(message);
      request.setUrn(urn);
      // Progress is worth a line while it lasts, not one in the record.
      request.setEphemeral(severity === "info" && urn !== "");
      client.log(request, () => undefined);
    },
  };
}
