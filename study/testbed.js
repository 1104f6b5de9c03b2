#!/usr/bin/env node
// The `testbed` command as npx finds it: Node 20 does not read TypeScript by itself, so tsx is registered first. For
// CommonJS too: outside a package of type module, that is what a user's study file is taken for.
import { register as registerCommonJs } from "tsx/cjs/api";
import { register } from "tsx/esm/api";

registerCommonJs();
register();
await import("./main.ts");
