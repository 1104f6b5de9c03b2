/**
 * The temporary folder of the workspace's services: inside its private folder, so that leftovers of killed services are
 * found. The address of a Unix socket has room for about a hundred bytes, and BentoML puts sockets there: in a deeply
 * nested workspace the folder gets a short name, a link in the user's cache.
 */
import { mkdir, readlink, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheRoot } from "../toolchain/provide/cache.ts";
import { dockerPrefix, privateFolder } from "../workspace/paths.ts";

/** Bytes; BentoML puts some fifty behind it, of the 103 that fit everywhere. */
const longest = 45;

export async function temporaryFolder(
  own = join(privateFolder, "tmp"),
  names = join(cacheRoot(), "t"),
): Promise<string> {
  await mkdir(own, { recursive: true });
  const short = join(names, dockerPrefix.slice(-8));
  if (Buffer.byteLength(own) <= longest || short.length >= own.length) return own;
  await mkdir(dirname(short), { recursive: true, mode: 0o700 });
  if ((await readlink(short).catch(() => undefined)) === own) return short;
  await rm(short, { force: true });
  await symlink(own, short).catch(async (error: NodeJS.ErrnoException) => {
    // Another command of this workspace was faster.
    if (error.code !== "EEXIST" || (await readlink(short)) !== own) throw error;
  });
  return short;
}
