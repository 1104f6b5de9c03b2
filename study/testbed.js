#!/usr/bin/env node
// The `testbed` command as npx finds it. An installed package has been compiled (library/build.ts); a checkout is read by
// tsx as it is, since Node 20 does not read TypeScript by itself.
import { existsSync } from "node:fs";

// A shell may stand in a folder that was removed meanwhile. Node and its libraries end with a stack trace there.
try {
  process.cwd();
} catch {
  process.stderr.write(
    "error: the current folder cannot be used\n  current folder: expected a folder that exists; got one that was removed\nhint: Change to another folder, or into it again: cd \"$PWD\".\n",
  );
  process.exit(2);
}

const compiled = new URL("../dist/main.js", import.meta.url);
if (import.meta.url.includes("/node_modules/") && existsSync(compiled)) {
  await import(compiled.href);
} else {
  await import("../workloads/typescript/typescript-loader.js");
  await import("./main.ts");
}
