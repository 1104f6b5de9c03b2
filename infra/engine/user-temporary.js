// Engines that `testbed` starts have a temporary folder of their own (engine-temporary.ts). What they start for the user, a
// service or a node, has the user's: it outlives them. Plain JavaScript, since it comes before any TypeScript can be read.
export function restoreTemporary(environment = process.env) {
  const { TESTBED_TMPDIR: users } = environment;
  if (users === undefined) return;
  if (users === "") delete environment.TMPDIR;
  else environment.TMPDIR = users;
}
