/** A server in Rust: a package with a program that listens. */
import { askedAt } from "../sketch/routes.ts";
import { type Kind, threads } from "../sketch/sketch.ts";
import { sourceFiles, textOf } from "../sketch/source-files.ts";
import { toldPort } from "../sketch/told-port.ts";

export const rust: Kind = {
  look(folder) {
    const manifest = textOf(folder, "Cargo.toml");
    const name = /^\[package\][^[]*?^name\s*=\s*"([^"]+)"/ms.exec(manifest ?? "")?.[1];
    const sources = sourceFiles(folder, ".rs");
    if (name === undefined || !sources.some(({ path }) => /^src\/(main|bin\/.*)\.rs$/.test(path)))
      return undefined;
    const text = sources.map((one) => one.text).join("\n");
    const { words, lines, unsure } = toldPort(text);
    const asked = askedAt(text);
    const hasTokio = /^tokio\b/m.test(manifest!);
    return {
      ...asked,
      found: `a server in Rust: the package ${name}, asked at ${asked.path}`,
      run: [
        'kind: "command",',
        "// As `cargo build --release` makes it; {port} is a free port, chosen anew for each start.",
        `command: ${JSON.stringify([`./target/release/${name}`, ...words])},`,
        ...lines,
      ],
      ...(hasTokio
        ? {
            setting: {
              name: "workers",
              source:
                '{ type: "integer", default: 1, minimum: 1, maximum: 64, to: { environment: "TOKIO_WORKER_THREADS" } }',
              comment: "Threads of Tokio.",
            },
            variants: { baseline: {}, "two-workers": { workers: 2 } },
          }
        : threads),
      unsure: [...unsure, ...asked.unsure],
    };
  },
};
