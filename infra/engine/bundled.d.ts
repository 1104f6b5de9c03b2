/**
 * @param main a TypeScript file
 * @param root of the package @param workspace where the bundle is kept
 * @returns address of a module that does the same
 */
export function bundled(main: string, root?: string, workspace?: string): Promise<string>;
