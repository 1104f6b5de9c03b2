/** A BentoML project: bentofile.yaml, `[tool.bentoml.build]` of pyproject.toml, or a class that is a service. */
import { exampleOf, parametersOf } from "../sketch/python-signature.ts";
import type { Kind } from "../sketch/sketch.ts";
import { threads } from "../sketch/sketch.ts";
import { requirementsFile, sourceFiles, textOf } from "../sketch/source-files.ts";

export const bentoml: Kind = {
  look(folder) {
    const named = namedService(folder);
    const files = sourceFiles(folder, ".py").filter(({ text }) => /@bentoml\.service\b/.test(text));
    if (named === undefined && files.length === 0) return undefined;
    const all = files.map(({ text }) => text).join("\n");
    const inner = new Set([...all.matchAll(/bentoml\.depends\(\s*(\w+)/g)].map(([, name]) => name));
    const outer = files.flatMap(({ path, text }) =>
      [...text.matchAll(/@bentoml\.service\b[\s\S]*?^class (\w+)/gm)]
        .map(([, name]) => name!)
        .filter((name) => !inner.has(name))
        .map((name) => ({ path, text, name })),
    );
    const chosen = outer.find(({ name }) => named?.endsWith(`:${name}`)) ?? outer[0];
    const service = named ?? (chosen === undefined ? undefined : `${chosen.path}:${chosen.name}`);
    const api = chosen === undefined ? undefined : firstApi(chosen.text, chosen.name);
    const requirements = requirementsFile(folder);
    return {
      found: `a BentoML project: ${service ?? "service not named"}${api === undefined ? "" : `, asked at ${api.path}`}`,
      run: [
        'kind: "bentoml",',
        'project: ".",',
        ...(named === undefined && service !== undefined ? [`service: ${JSON.stringify(service)},`] : []),
        "// Installed into an environment of its own, which is cached by what the file says.",
        ...(requirements === undefined
          ? ['// requirements: "requirements.lock",']
          : [`requirements: ${JSON.stringify(requirements)},`]),
      ],
      ...threads,
      readyPath: "/readyz",
      method: "POST",
      path: api?.path ?? "/predict",
      bodies: api?.bodies ?? [{}],
      unsure: [
        ...(requirements === undefined
          ? [
              "which Python packages it needs: write requirements.txt, or lock them (`uv pip compile --generate-hashes`)",
            ]
          : []),
        ...(outer.length > 1 && named === undefined
          ? [`which service is meant: ${outer.map(({ name }) => name).join(", ")}`]
          : []),
        ...(api === undefined ? ["the path, and what a request looks like"] : api.unsure),
      ],
    };
  },
};

function namedService(folder: string): string | undefined {
  return (
    /^service:\s*["']?([^"'#\s]+)/m.exec(textOf(folder, "bentofile.yaml") ?? "")?.[1] ??
    /^\[tool\.bentoml\.build\]\s*\n(?:(?!\[)[^\n]*\n)*?\s*service\s*=\s*["']([^"']+)/m.exec(
      textOf(folder, "pyproject.toml") ?? "",
    )?.[1]
  );
}

/** Of the class, the first method that is an API. */
function firstApi(source: string, service: string) {
  const body = source.slice(source.search(new RegExp(`^class ${service}\\b`, "m")));
  const found =
    /@bentoml\.(?:api|task)\b(\([\s\S]*?\))?\s*\n\s*(?:async\s+)?def\s+(\w+)\s*\(([\s\S]*?)\)\s*(?:->|:)/.exec(
      body,
    );
  if (found === null) return undefined;
  const [, options = "", name, list = ""] = found;
  const route = /route\s*=\s*["']([^"']+)/.exec(options)?.[1];
  const parameters = parametersOf(list).filter(({ name: own, hasDefault }) => own !== "ctx" && !hasDefault);
  const isRoot =
    parameters.length === 1 && /^\s*\w+\s*:[^,]*,\s*\/\s*$/.test(list.replace(/^\s*self\s*,/, ""));
  const values = (n: number) =>
    Object.fromEntries(parameters.map((one) => [one.name, exampleOf(one.type, source, n) ?? null]));
  const isFile = parameters.filter((one) => exampleOf(one.type, source, 0) === undefined);
  return {
    path: route ?? `/${name}`,
    bodies: [0, 1, 2].map((n) => (isRoot ? exampleOf(parameters[0]!.type, source, n) : values(n))),
    unsure: isFile.map((one) => `what to send as ${one.name} (${one.type}), for which JSON has no value`),
  };
}
