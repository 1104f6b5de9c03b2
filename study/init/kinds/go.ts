/** A server in Go: a module with a main package that listens. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { askedAt } from "../sketch/routes.ts";
import type { Kind } from "../sketch/sketch.ts";
import { sourceFiles, textOf } from "../sketch/source-files.ts";
import { toldPort } from "../sketch/told-port.ts";

export const go: Kind = {
  look(folder) {
    const module = /^module\s+(\S+)/m.exec(textOf(folder, "go.mod") ?? "")?.[1];
    if (module === undefined) return undefined;
    const sources = sourceFiles(folder, ".go").filter(({ path }) => !path.endsWith("_test.go"));
    const main = sources.find(({ text }) => /^package main$/m.test(text) && /\bfunc main\(/.test(text));
    if (main === undefined) return undefined;
    const text = sources.map((one) => one.text).join("\n");
    const { words, lines, unsure } = toldPort(text);
    const asked = askedAt(text);
    const name = module.split("/").at(-1)!;
    const isBuilt = existsSync(join(folder, name));
    const of = main.path.includes("/") ? `./${main.path.split("/").slice(0, -1).join("/")}` : ".";
    const command = isBuilt ? [`./${name}`, ...words] : ["go", "run", of, ...words];
    return {
      ...asked,
      found: `a server in Go: ${main.path}, module ${module}, asked at ${asked.path}`,
      run: [
        'kind: "command",',
        "// {port} is a free port, chosen anew for each start.",
        ...(isBuilt
          ? []
          : ["// With a program that is built beforehand (`go build`) nothing is compiled at its start."]),
        `command: ${JSON.stringify(command)},`,
        ...lines,
      ],
      setting: {
        name: "processors",
        source: '{ type: "integer", default: 1, minimum: 1, maximum: 64, to: { environment: "GOMAXPROCS" } }',
        comment: "Threads that run Go code at the same time.",
      },
      variants: { baseline: {}, "two-processors": { processors: 2 } },
      unsure: [...unsure, ...asked.unsure],
    };
  },
};
