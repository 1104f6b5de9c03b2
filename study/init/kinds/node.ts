/** A server in JavaScript: a package.json with a start script or an entry. */
import { parseJson } from "../../../json-text.ts";
import type { Kind } from "../sketch.ts";
import { sourceFiles, textOf } from "../source-files.ts";

interface PackageJson {
  readonly main?: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

const route = /\.(post|get)\(\s*["'`](\/[^"'`]*)["'`]/g;

export const node: Kind = {
  look(folder) {
    const text = textOf(folder, "package.json");
    if (text === undefined) return undefined;
    const { main, scripts } = parseJson(text) as PackageJson;
    const start = scripts?.start ?? (main === undefined ? undefined : `node ${main}`);
    const sources = [".js", ".mjs", ".ts"].flatMap((ending) => sourceFiles(folder, ending));
    const server = sources.find(({ text: source }) => /\.listen\(|Bun\.serve|serve\(/.test(source));
    if (start === undefined || server === undefined) return undefined;
    const routes = sources.flatMap(({ text: source }) => [...source.matchAll(route)]);
    const [, verb = "post", path = "/"] = routes.find(([, method]) => method === "post") ?? routes[0] ?? [];
    const readyPath = routes.find(([, method, at]) => method === "get" && /health|ready|ping/.test(at!))?.[2];
    return {
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
      readyPath,
      method: verb === "post" ? "POST" : "GET",
      path,
      bodies: verb === "post" ? [{}] : [null],
      unsure: [
        ...(/process\.env\.PORT/.test(server.text)
          ? []
          : ["how the server is told its port: PORT is not in its source"]),
        "what a request looks like",
      ],
    };
  },
};
