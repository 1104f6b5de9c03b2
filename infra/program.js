// What the engine runs: index.ts, as a bundle.
import { fileURLToPath } from "node:url";
import { bundled } from "./engine/bundled.js";
import { restoreTemporary } from "./engine/user-temporary.js";

restoreTemporary();

const { default: program } = await import(await bundled(fileURLToPath(new URL("index.ts", import.meta.url))));
export default program;
