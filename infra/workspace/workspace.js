// The rule that says which folder is worked in; plain JavaScript, since infra/engine/bundled.js needs it before any TypeScript can be read.
import { relative, resolve, sep } from "node:path";

export function workspaceFor(currentFolder, root, named) {
  if (named !== undefined && named !== "") return resolve(currentFolder, named);
  if (!isInside(currentFolder, root)) return resolve(currentFolder);
  const parts = root.split(sep);
  const installed = parts.indexOf("node_modules");
  return installed === -1 ? root : parts.slice(0, installed).join(sep) || sep;
}

function isInside(path, folder) {
  const way = relative(folder, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`));
}
