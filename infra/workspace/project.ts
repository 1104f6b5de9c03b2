/**
 * The Pulumi project, in the folder where its stacks' files are written: the checkout itself if that is the workspace,
 * otherwise a folder of the workspace, so that nothing is written into an installed package.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../../files/whole-file.ts";
import { packageRoot, privateFolder, workspace } from "./paths.ts";

export const projectFolder = workspace === packageRoot ? packageRoot : join(privateFolder, "project");

/** Makes the project's file where it is not there, or is another version's. */
export async function provideProject(): Promise<string> {
  if (projectFolder === packageRoot) return projectFolder;
  await hidePrivateFolder();
  const path = join(projectFolder, "Pulumi.yaml");
  const content = projectText(await readFile(join(packageRoot, "Pulumi.yaml"), "utf8"), packageRoot);
  if (!existsSync(path) || (await readFile(path, "utf8")) !== content) await writeWhole(path, content);
  return projectFolder;
}

/** Keeps the folder out of the user's version control. */
export async function hidePrivateFolder(): Promise<void> {
  const path = join(privateFolder, ".gitignore");
  if (!existsSync(path)) await writeWhole(path, "*\n");
}

/** The package's own project, with the paths of its parts as they are seen from anywhere. */
export function projectText(text: string, root: string): string {
  return text.replaceAll(
    /^(\s*(?:main|path): )(infra\/\S+)$/gm,
    (_, key: string, path: string) => key + JSON.stringify(join(root, path)),
  );
}
