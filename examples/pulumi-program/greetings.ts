import { defineService } from "serving-testbed";

/** How the deployed server is asked and judged: `npx testbed load <url> --service greetings.ts`. */
export default defineService({
  name: "greetings",
  run: { kind: "url" },
  settings: { address: { type: "string", default: "http://127.0.0.1:3000", to: "url" } },
  ask: { method: "GET", path: "/greet" },
  judge: { status: [200], json: [{ pointer: "/greeting", matches: "^hello" }] },
});
