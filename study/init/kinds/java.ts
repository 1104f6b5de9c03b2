/** A server for the JVM: a Maven or Gradle build whose jar exists, or a single source file. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { askedAt } from "../sketch/routes.ts";
import type { Kind } from "../sketch/sketch.ts";
import { sourceFiles, textOf } from "../sketch/source-files.ts";
import { toldPort } from "../sketch/told-port.ts";

const deep = ["src/main/java", "src/main/kotlin"];

export const java: Kind = {
  look(folder) {
    const build = ["pom.xml", "build.gradle", "build.gradle.kts"]
      .map((name) => textOf(folder, name) ?? "")
      .join("\n");
    const sources = [
      folder,
      ...deep.map((one) => join(folder, one)).filter((one) => existsSync(one)),
    ].flatMap((one) => [".java", ".kt"].flatMap((ending) => sourceFiles(one, ending)));
    const single = sources.find(
      ({ path, text }) =>
        /^\w+\.java$/.test(path) &&
        /static void main\(/.test(text) &&
        /HttpServer|listen|\.start\(/.test(text),
    );
    if (build.trim() === "" && single === undefined) return undefined;
    const text = sources.map((one) => one.text).join("\n");
    const isSpring = /spring-boot/.test(build);
    const told = toldPort(text);
    const { words, lines, unsure } = isSpring
      ? { words: ["--server.port={port}", "--server.address=127.0.0.1"], lines: [], unsure: [] }
      : told;
    const jar = jarIn(folder);
    const asked = askedAt(text);
    const start = jar ?? (single === undefined ? undefined : single.path);
    const command =
      jar === undefined && single !== undefined
        ? ["java", single.path, ...words]
        : ["java", "-jar", jar ?? "target/server.jar", ...words];
    return {
      ...asked,
      found: `a server for the JVM: ${start ?? "not built yet"}, asked at ${asked.path}`,
      run: [
        'kind: "command",',
        "// {port} is a free port, chosen anew for each start.",
        `command: ${JSON.stringify(command)},`,
        ...lines,
      ],
      setting: {
        name: "collector",
        source:
          '{ type: "enum", values: ["-XX:+UseSerialGC", "-XX:+UseG1GC"], default: "-XX:+UseSerialGC", to: { environment: "JAVA_TOOL_OPTIONS" } }',
        comment: "Of garbage.",
      },
      variants: { baseline: {}, g1: { collector: "-XX:+UseG1GC" } },
      unsure: [...(start === undefined ? ["the jar: it is not built yet"] : []), ...unsure, ...asked.unsure],
    };
  },
};

function jarIn(folder: string): string | undefined {
  for (const place of ["target", "build/libs"]) {
    const at = join(folder, place);
    if (!existsSync(at)) continue;
    const [jar] = readdirSync(at).filter(
      (name) => /\.jar$/.test(name) && !/-(sources|javadoc|plain)\.jar$/.test(name),
    );
    if (jar !== undefined) return `${place}/${jar}`;
  }
  return undefined;
}
