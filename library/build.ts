/**
 * Makes `dist/`, which only an installed package has (npm runs this before `npm pack` and removes it after): the command
 * and the library as plain JavaScript, since reading some hundred modules through a TypeScript loader takes a second of
 * every start; declarations for editors; and the commit that it was made of, for manifests.
 *
 * What is started in a process or a thread of its own stays TypeScript: dist knows the sources' places, and these are packed too.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build, type Plugin } from "esbuild";
import { execa } from "execa";
import { packageRoot } from "../infra/workspace/paths.ts";
import { source } from "../study/provenance/origin.ts";

const dist = join(packageRoot, "dist");
rmSync(dist, { recursive: true, force: true });
const madeOf = await source();

await build({
  entryPoints: ["study/main.ts", "library/index.ts", "library/components.ts"].map((path) =>
    join(packageRoot, path),
  ),
  entryNames: "[name]",
  outdir: dist,
  bundle: true,
  splitting: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20.11",
  logLevel: "warning",
  plugins: [sourcePlaces()],
});
await execa("tsc", ["--project", join(packageRoot, "library", "tsconfig.json")], {
  preferLocal: true,
  localDir: packageRoot,
  stdio: ["ignore", process.stderr, "inherit"],
});
writeFileSync(join(dist, "source.json"), `${JSON.stringify(madeOf)}\n`);

/** A module of ours finds what lies beside its source. All of dist lies in one folder. */
function sourcePlaces(): Plugin {
  return {
    name: "source places",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const place = JSON.stringify(relative(dist, path));
        const contents = readFileSync(path, "utf8").replaceAll(
          "import.meta.url",
          `new URL(${place}, import.meta.url).href`,
        );
        return { loader: "ts", contents };
      });
    },
  };
}
