/**
 * TESTBED_WORKSPACE, else the checkout that the current folder is in, else the current folder. Never a folder inside an
 * installed package: there, it is the folder that the package is installed for.
 *
 * @param root of the package
 * @param named what TESTBED_WORKSPACE says
 */
export declare function workspaceFor(currentFolder: string, root: string, named?: string): string;
