// Folders of this user's alone. Plain JavaScript, since the loader of TypeScript needs one before it can read any.
import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

// `TESTBED_CACHE`, else the user's cache folder; a variable that is set to nothing is not set, and a relative
// XDG_CACHE_HOME is passed over (XDG Base Directory Specification).
export function cacheFolder(environment = process.env) {
  const { TESTBED_CACHE: own = "", XDG_CACHE_HOME: cache = "" } = environment;
  if (own !== "") return resolve(own);
  return join(isAbsolute(cache) ? cache : join(home(), ".cache"), "serving-testbed");
}

// A HOME that is set to nothing or is relative is passed over: it would be another folder wherever a command is typed.
function home() {
  if (isAbsolute(homedir())) return homedir();
  try {
    return userInfo().homedir;
  } catch {
    return "/"; // A user without an entry: what cannot be written there is told with its path.
  }
}

// Made with mode 700; one that is there must be a folder of this user's, no link, and is closed to others.
export function makePrivate(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory()) throw new Error(`${folder} is no folder`);
  if (process.getuid !== undefined && found.uid !== process.getuid()) {
    throw new Error(`${folder} belongs to another user`);
  }
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
  return folder;
}
