/** @returns the cache's folder, whether or not it is there */
export function cacheFolder(environment?: NodeJS.ProcessEnv): string;
/** @returns the folder @throws Error where it is no folder of this user's own */
export function makePrivate(folder: string): string;
