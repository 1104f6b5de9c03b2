/** A server in JavaScript: a package.json with a start script or an entry, or a file that listens. */
import { parseJson } from "../../../files/json-text.ts";
import { askedAt } from "../sketch/routes.ts";
import type { Kind } from "../sketch/sketch.ts";
import { sourceFiles, textOf } from "../sketch/source-files.ts";

interface PackageJson {
  readonly main?: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

export const node: Kind = {
  look(folder) {
    const { main, scripts } = parseJson(textOf(folder, "package.json") ?? "{}") as PackageJson;
    const sources = [".js", ".mjs", ".cjs", ".ts"].flatMap((ending) => sourceFiles(folder, ending));
    const server = sources.find(({ text: source }) => /\.listen\(|Bun\.serve|serve\(/.test(source));
    // Node runs no TypeScript by itself: the user must state how.
    if (server === undefined || (server.path.endsWith(".ts") && scripts?.start === undefined))
      return undefined;
    const isThere = main !== undefined && textOf(folder, main) !== undefined;
    const start = scripts?.start ?? `node ${isThere ? main : server.path}`;
    const asked = askedAt(sources.map(({ text }) => text).join("\n"));
    return {
      ...asked,
      found: `a Node.js server: ${server.path}, started by \`${start}\``,
      run: [
        'kind: "command",',
        "// {port} is a free port, chosen anew for each start; here the server is told by its environment.",
        `command: ["sh", "-c", ${JSON.stringify(`PORT={port} exec ${start}`)}],`,
      ],
      setting: {
        name: "threadPool",
        source:
          '{ type: "integer", default: 4, minimum: 1, maximum: 128, to: { environment: "UV_THREADPOOL_SIZE" } }',
        comment: "Threads of Node's pool, for files, compression and cryptography.",
      },
      variants: { baseline: {}, "eight-threads": { threadPool: 8 } },
      unsure: [
        ...(/process\.env\.PORT/.test(server.text)
          ? []
          : ["how the server is told its port: PORT is not in its source"]),
        ...asked.unsure,
      ],
    };
  },
};
