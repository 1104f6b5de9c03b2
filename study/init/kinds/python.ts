/** A server in Python that is not an ASGI application: Flask, or a program that listens itself. */
import { moduleOf, pythonCommand, workersOf } from "../sketch/python-command.ts";
import { askedAt } from "../sketch/routes.ts";
import { type Kind, type Sketch, threads } from "../sketch/sketch.ts";
import { requirementsFile, sourceFiles, textOf } from "../sketch/source-files.ts";
import { toldPort } from "../sketch/told-port.ts";

const flask = /^(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?Flask\(/m;
const listens = /\b(?:serve_forever|run_app|run_simple|HTTPServer)\(|\bapp\.(?:run|listen)\(/;

export const python: Kind = {
  look(folder) {
    const files = sourceFiles(folder, ".py");
    const application = files.find(({ text }) => flask.test(text));
    const file = application ?? files.find(({ text }) => listens.test(text));
    if (file === undefined) return undefined;
    const requirements = requirementsFile(folder);
    const packages = requirements === undefined ? "" : (textOf(folder, requirements) ?? "");
    const { command, setting, variants, lines, unsure } =
      application === undefined ? ofProgram(file) : ofFlask(file, packages);
    const started = pythonCommand(folder, command, lines);
    const asked = askedAt(file.text);
    return {
      ...asked,
      found: `${application === undefined ? "a server in Python" : "a Flask application"}: ${file.path}, asked at ${asked.path}`,
      run: started.run,
      setting,
      variants,
      unsure: [
        ...unsure,
        // A program of the standard library's alone needs none.
        ...(application === undefined ? [] : started.unsure),
        ...asked.unsure,
      ],
    };
  },
};

interface Started extends Pick<Sketch, "setting" | "variants"> {
  readonly command: readonly string[];
  readonly lines: readonly string[];
  readonly unsure: readonly string[];
}

/** By the server that its packages have; Flask's own is for development. */
function ofFlask(
  { path, text }: { readonly path: string; readonly text: string },
  packages: string,
): Started {
  const name = flask.exec(text)![1]!;
  const module = `${moduleOf(path)}:${name}`;
  if (/^gunicorn\b/m.test(packages)) {
    return {
      command: ["python", "-m", "gunicorn", module, "--bind", "127.0.0.1:{port}"],
      ...workersOf("gunicorn"),
      lines: [],
      unsure: [],
    };
  }
  if (/^waitress\b/m.test(packages)) {
    return {
      command: ["python", "-m", "waitress", "--listen=127.0.0.1:{port}", module],
      ...threads,
      lines: [],
      unsure: [],
    };
  }
  return {
    command: ["python", "-m", "flask", "--app", module, "run", "--host", "127.0.0.1", "--port", "{port}"],
    ...threads,
    lines: [],
    unsure: [
      "the server: `flask run` is for development; gunicorn or waitress among its packages would be used",
    ],
  };
}

function ofProgram({ path, text }: { readonly path: string; readonly text: string }): Started {
  const { words, lines, unsure } = toldPort(text);
  return { command: ["python", path, ...words], ...threads, lines, unsure };
}
