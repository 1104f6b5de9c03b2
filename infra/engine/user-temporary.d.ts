/** Puts back the TMPDIR of the user, in a process that one of the testbed's engines has started. */
export function restoreTemporary(environment?: NodeJS.ProcessEnv): void;
