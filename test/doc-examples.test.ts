import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Where the text that is around it tells a reader to put each example. */
const examples = [
  { document: "README.md", file: "infra/variants/example-of-the-readme.ts" },
  { document: "docs/studies.md", file: "example-of-the-docs.ts" },
];

const withoutSettings = `${root}infra/variants/example-without-settings.ts`;

describe("an example of the documentation", async () => {
  const texts: Record<string, string> = {
    [withoutSettings]:
      'import type { Variant } from "./variant.ts";\nexport const bare: Variant = { workers: 1 };\n',
  };
  for (const { document, file } of examples) {
    const example = /^```ts\n(.*?)^```/ms.exec(await readFile(`${root}${document}`, "utf8"))?.[1];
    if (example !== undefined) texts[`${root}${file}`] = example;
  }
  // One program for all: what they import is read and checked once.
  const mistakes = mistakesOf(texts);

  it.each(examples)("in $document is what the compiler accepts as $file", ({ file }) => {
    expect(mistakes.get(`${root}${file}`)).toEqual([]);
  });

  it("would be refused with a setting left out", () => {
    expect(mistakes.get(withoutSettings)!.join()).toContain("missing the following properties");
  });
});

/** Of files that are not there, by this checkout's own settings; what they import is not judged. @param texts by path */
function mistakesOf(texts: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, version, ...rest) =>
    Object.hasOwn(texts, name)
      ? ts.createSourceFile(name, texts[name]!, version)
      : getSourceFile(name, version, ...rest);
  const program = ts.createProgram(Object.keys(texts), options, host);
  return new Map(
    Object.keys(texts).map((file) => {
      const source = program.getSourceFile(file)!;
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [file, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "))];
    }),
  );
}
