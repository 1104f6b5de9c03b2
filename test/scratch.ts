/** Everything that the tests write outside the checkout goes to one folder, which goes with the run. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export default async function scratch(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "testbed-tests-"));
  process.env.TMPDIR = folder;
  return () => rm(folder, { recursive: true, force: true });
}
