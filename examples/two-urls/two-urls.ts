import { defineService } from "serving-testbed";

/** Nothing is deployed: each variant is the address of a server that runs already, such as two versions in a staging cluster. */
export default defineService({
  name: "greetings",
  description: "two versions of a server that run already, behind TLS and a bearer token",
  run: { kind: "url" },
  settings: { address: { type: "string", default: "https://127.0.0.1:8443", to: "url" } },
  variants: {
    baseline: { description: "version 1", address: "https://127.0.0.1:8443" },
    next: { description: "version 2", address: "https://127.0.0.1:8444" },
  },
  ready: { path: "/healthz" },
  ask: {
    path: "/greet",
    // The value is read from the environment when a request is sent, and written nowhere.
    headers: { authorization: { environment: "GREETINGS_TOKEN", prefix: "Bearer " } },
    payload: { file: "names.csv", template: '{"name": "{{name}}", "language": "{{language}}"}' },
  },
  judge: { status: [200], json: [{ pointer: "/greeting", matches: "\\w" }], label: "/greeting" },
  agreement: { label: { least: 1 } },
});
