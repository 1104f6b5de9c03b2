#!/usr/bin/env node
// The `testbed` command as npx finds it. An installed package has been compiled (library/build.ts); a checkout is read by
// tsx as it is, since Node 20 does not read TypeScript by itself.
import { existsSync } from "node:fs";

const compiled = new URL("../dist/main.js", import.meta.url);
if (import.meta.url.includes("/node_modules/") && existsSync(compiled)) {
  await import(compiled.href);
} else {
  await import("../workloads/typescript/typescript-loader.js");
  await import("./main.ts");
}
