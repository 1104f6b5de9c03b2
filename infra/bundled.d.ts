/** @param main a TypeScript file @param root of the checkout @returns address of a module that does the same */
export function bundled(main: string, root?: string): Promise<string>;
