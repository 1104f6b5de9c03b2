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

describe("an example of the documentation", () => {
  it.each(examples)("in $document is what the compiler accepts as $file", async ({ document, file }) => {
    const example = /^```ts\n(.*?)^```/ms.exec(await readFile(`${root}${document}`, "utf8"))?.[1];
    expect(example).toBeDefined();
    expect(mistakesOf(`${root}${file}`, example!)).toEqual([]);
  });

  it("would be refused with a setting left out", () => {
    const example =
      'import type { Variant } from "./variant.ts";\nexport const bare: Variant = { workers: 1 };\n';
    expect(mistakesOf(`${root}${examples[0]!.file}`, example).join()).toContain(
      "missing the following properties",
    );
  });
});

/** Of a file that is not there, by this checkout's own settings; what it imports is not judged. */
function mistakesOf(file: string, text: string): string[] {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, version, ...rest) =>
    name === file ? ts.createSourceFile(name, text, version) : getSourceFile(name, version, ...rest);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file)!;
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "),
  );
}
