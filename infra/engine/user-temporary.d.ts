/** Puts back the TMPDIR of the user, in a process that an engine of ours has started. */
export function restoreTemporary(environment?: NodeJS.ProcessEnv): void;
