/** Plain text: each line that is not empty is a body, or the `{{text}}` of the template. */
import { brief, Numbers, type PayloadForm } from "./format.ts";
import { openLines } from "./lines.ts";
import { compileTemplate, PlaceError, templateProblems } from "./template.ts";

export const text: PayloadForm = {
  description: "one text per line, as {{text}} of the template",
  endings: [".txt"],
  async open({ path, shown, spec, problem }) {
    const template = spec.template === undefined ? undefined : compileTemplate(spec.template);
    if (template !== undefined) templateProblems("payload.template", template, ["text"]).forEach(problem);
    if (spec.expected !== undefined) {
      problem({ path: "payload.expected", expected: "a format with columns", got: spec.expected });
    }
    const body = (line: Buffer) =>
      template === undefined ? Buffer.from(line) : template.fill({ text: line.toString() });
    const bodyBytes = new Numbers();
    const lines = openLines(path, (line, number) => {
      try {
        bodyBytes.push(
          template?.columns.every((column) => column === "text") === false ? 0 : body(line).length,
        );
      } catch (error) {
        if (!(error instanceof PlaceError)) throw error;
        problem({ path: `${shown}, line ${number}`, expected: error.expected, got: brief(error.got) });
      }
    });
    return {
      count: lines.count,
      digest: lines.digest,
      bodyBytes: bodyBytes.whole(),
      request: (index) => ({ body: body(lines.line(index)) }),
      close: lines.close,
    };
  },
};
