// Runs the main.ts of a plugin: node start.js <main.ts> <the engine's arguments ...>
import { resolve } from "node:path";
import { bundled } from "../engine/bundled.js";
import { restoreTemporary } from "../engine/user-temporary.js";

restoreTemporary();
// As if the plugin had been started itself.
process.argv.splice(1, 1);
await import(await bundled(resolve(process.argv[1])));
