import { defineService } from "serving-testbed";

/** Any command that listens on {port}: here uvicorn with a FastAPI application, in an environment of its own. */
export default defineService({
  name: "identify",
  description: "Magika's ONNX model behind FastAPI: which kind of file is this?",
  run: {
    kind: "command",
    command: [
      "python",
      "-m",
      "uvicorn",
      "app:app",
      "--host",
      "127.0.0.1",
      "--port",
      "{port}",
      "--log-level",
      "warning",
    ],
    requirements: "requirements.lock",
  },
  settings: {
    workers: { type: "integer", default: 1, minimum: 1, maximum: 8, to: { argument: "--workers={value}" } },
  },
  variants: { baseline: {}, "two-workers": { workers: 2 } },
  ready: { path: "/healthz" },
  ask: {
    path: "/identify",
    headers: { "content-type": "application/octet-stream" },
    payload: { file: "files", format: "folder", licence: "CC0-1.0" },
  },
  judge: {
    status: [200],
    contentType: "application/json",
    schema: {
      type: "object",
      required: ["label", "score"],
      properties: { label: { type: "string" }, score: { type: "number", minimum: 0.5, maximum: 1 } },
    },
    label: "/label",
  },
  agreement: { label: { least: 1 } },
});
