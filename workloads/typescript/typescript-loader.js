// Reads TypeScript by tsx: `node --import <this file> entry.ts`. The tsconfig is the package's own, since path mappings of
// whatever folder the command is typed in would change what our own modules import. For CommonJS too: outside a package of
// type module, that is what a user's file is taken for.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder, makePrivate } from "../../files/private-folder.js";

const given = process.env.TSX_TSCONFIG_PATH;
// tsx looks here when it is loaded; what this process starts is not told.
process.env.TSX_TSCONFIG_PATH = fileURLToPath(new URL("../../tsconfig.json", import.meta.url));
// What it compiles it keeps below TMPDIR, under a name that anybody can guess and make first: here, where nobody else can.
const temporary = process.env.TMPDIR;
try {
  process.env.TMPDIR = makePrivate(join(cacheFolder(), "typescript"));
} catch {
  process.env.TSX_DISABLE_CACHE = "1";
}
const { register: registerCommonJs } = await import("tsx/cjs/api");
const { register } = await import("tsx/esm/api");
registerCommonJs();
register();
if (temporary === undefined) delete process.env.TMPDIR;
else process.env.TMPDIR = temporary;
if (given === undefined) delete process.env.TSX_TSCONFIG_PATH;
else process.env.TSX_TSCONFIG_PATH = given;
