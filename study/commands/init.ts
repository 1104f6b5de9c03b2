import { existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { messageOf, TestbedError } from "../../errors/errors.ts";
import { sketchOfFolder, sketchOfUrls } from "../init/detect.ts";
import { fileNames, filesOf } from "../init/files.ts";
import { jsonOption } from "../options/options.ts";
import { print, printJson } from "../terminal/print.ts";
import type { CommandSpec } from "./command.ts";

export const initCommand: CommandSpec = {
  arguments: [
    {
      name: "[what...]",
      description:
        "a folder (a BentoML project, FastAPI, Flask, a server in Python, Go, Rust, Java or for Node.js, a Dockerfile); or the URLs of running servers, each a variant; default the current folder",
    },
  ],
  options: [
    { flags: "--name <name>", description: "name of the service; default the folder's name" },
    jsonOption,
  ],
  async run([given], options) {
    // A variadic argument comes as a list.
    const what = (given ?? []) as unknown as readonly string[];
    const urls = urlsOf(what);
    const folder = urls === undefined ? folderOf(what) : process.cwd();
    const name = nameOf(options.name, urls === undefined ? basename(folder) : urls[0]!.hostname);
    const sketch = urls === undefined ? sketchOfFolder(folder) : sketchOfUrls(urls);
    const written: string[] = [];
    const kept: string[] = [];
    for (const [file, text] of Object.entries(filesOf(sketch, name))) {
      const path = join(folder, file);
      const shown = relative(process.cwd(), path);
      ((await writeNew(path, text)) ? written : kept).push(shown);
    }
    const service = relative(process.cwd(), join(folder, fileNames.service));
    if (options.json === true) {
      printJson({ found: sketch.found, written, kept, unsure: sketch.unsure, service });
      return;
    }
    print(`Found ${sketch.found}.`);
    for (const path of written) print(`  wrote ${path}`);
    for (const path of kept) print(`  kept ${path}, which existed already`);
    if (written.length === 0) print("Nothing was written: remove a file to have it written again.");
    for (const one of sketch.unsure) print(`Check this: ${one}.`);
    print(`Next: npx testbed try ${service}`);
  },
};

/** @returns undefined where no URL is given */
function urlsOf(what: readonly string[]): readonly URL[] | undefined {
  if (!what.some((one) => /^https?:\/\//.test(one))) return undefined;
  const bad = what.filter((one) => !/^https?:\/\//.test(one) || !URL.canParse(one));
  if (bad.length === 0) return what.map((one) => new URL(one));
  throw new TestbedError("badInput", "these are not all URLs", {
    problems: bad.map((got) => ({ path: "what", expected: "http://... or https://...", got })),
    hint: "Give one folder, or one or more URLs.",
  });
}

function folderOf(what: readonly string[]): string {
  const [given = ".", ...more] = what;
  const folder = resolve(given);
  if (more.length === 0 && existsSync(folder) && statSync(folder).isDirectory()) return folder;
  throw new TestbedError(
    "badInput",
    more.length > 0 ? "init takes one folder" : `there is no folder ${given}`,
    {
      hint: "Give one folder, or one or more URLs.",
    },
  );
}

/** As services are called: lower case, digits and dashes. */
function nameOf(given: unknown, usual: string): string {
  const clean = usual
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 31);
  const name = given === undefined ? clean || "service" : String(given);
  if (/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) return name;
  throw new TestbedError("badInput", "this cannot be the name of a service", {
    problems: [{ path: "--name", expected: "lower-case letters, digits and dashes, at most 31", got: name }],
  });
}

/** @returns false where there is one already, which stays as it is */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new TestbedError("badInput", `${path} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}
