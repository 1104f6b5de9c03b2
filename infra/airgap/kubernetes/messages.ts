/** Values in the protocol's messages, and handlers as the server wants them. */
import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import grpc from "@grpc/grpc-js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { unwrapped } from "../../plugin/engine-values.ts";
import type { JsonObject } from "./api/object.ts";
import { unknownValue } from "./inputs.ts";
import { type NotReady, nameOf } from "./lifecycle.ts";

export function holdsUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}

export function valuesOf(sent: InstanceType<typeof struct.Struct> | undefined): JsonObject {
  return unwrapped(sent?.toJavaScript() ?? {}) as JsonObject;
}

export function toStruct(value: JsonObject) {
  // Through JSON, because the library refuses undefined.
  return struct.Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));
}

/** "Created, but not ready", in the form that the engine takes apart. */
export function initFailed(error: NotReady, properties: JsonObject): Error {
  const detail = new proto.ErrorResourceInitFailed();
  detail.setId(nameOf(error.live));
  detail.setProperties(toStruct(properties));
  detail.setReasonsList([error.message]);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const response = new status.Status();
  response.setCode(grpc.status.UNKNOWN);
  response.setMessage(error.message);
  response.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(response.serializeBinary()));
  return Object.assign(new Error(error.message), { code: grpc.status.UNKNOWN, metadata });
}

// biome-ignore lint/suspicious/noExplicitAny: one wrapper for messages of every type.
export function answer<Request, Response>(handle: (request: any) => Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    handle(call.request).then(
      (response) => callback(null, response),
      (error) =>
        callback({
          code: error.code ?? grpc.status.UNKNOWN,
          message: error.message,
          details: error.message,
          ...(error.metadata === undefined ? {} : { metadata: error.metadata }),
        }),
    );
  };
}
