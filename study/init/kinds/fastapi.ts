/** A Python application for an ASGI server: FastAPI or Starlette. */
import { moduleOf, pythonCommand, workersOf } from "../sketch/python-command.ts";
import { exampleOf, parametersOf } from "../sketch/python-signature.ts";
import { isHealth } from "../sketch/routes.ts";
import type { Kind } from "../sketch/sketch.ts";
import { sourceFiles } from "../sketch/source-files.ts";

export const fastapi: Kind = {
  look(folder) {
    const [file] = sourceFiles(folder, ".py").filter(({ text }) =>
      /^\w+\s*(?::[^=]+)?=\s*(?:\w+\.)?FastAPI\(/m.test(text),
    );
    if (file === undefined) return undefined;
    const { path, text } = file;
    const [, app = "app"] = /^(\w+)\s*(?::[^=]+)?=\s*(?:\w+\.)?FastAPI\(/m.exec(text) ?? [];
    const routes = routesOf(text, app);
    const asked =
      routes.find(({ method, path: at }) => method === "POST" && !isHealth(at)) ??
      routes.find(({ path: at }) => !isHealth(at));
    const readyPath = routes.find(({ method, path: at }) => method === "GET" && isHealth(at))?.path;
    const started = pythonCommand(folder, [
      ...["python", "-m", "uvicorn", `${moduleOf(path)}:${app}`],
      ...["--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning"],
    ]);
    return {
      found: `a FastAPI application: ${path}${asked === undefined ? "" : `, asked at ${asked.path}`}`,
      run: started.run,
      ...workersOf("uvicorn"),
      readyPath,
      method: asked?.method ?? "POST",
      path: asked?.path ?? "/",
      bodies: asked?.bodies ?? [{}],
      unsure: [
        ...started.unsure,
        ...(asked === undefined ? ["the path, and what a request looks like"] : asked.unsure),
      ],
    };
  },
};

interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly bodies: readonly unknown[];
  readonly unsure: readonly string[];
}

function routesOf(source: string, app: string): readonly Route[] {
  const pattern = new RegExp(
    `@${app}\\.(get|post)\\(\\s*["']([^"']*)["'][\\s\\S]*?\\n\\s*(?:async\\s+)?def\\s+\\w+\\s*\\(([\\s\\S]*?)\\)\\s*(?:->|:)`,
    "g",
  );
  return [...source.matchAll(pattern)].map(([, verb, path, list]): Route => {
    const method = verb === "post" ? "POST" : "GET";
    const inPath = new Set([...path!.matchAll(/\{(\w+)/g)].map(([, name]) => name));
    const parameters = parametersOf(list!).filter(({ name }) => !inPath.has(name));
    const inBody = parameters.filter(({ type }) => isBody(type, source));
    const inQuery = parameters.filter(
      (one) => !inBody.includes(one) && !one.hasDefault && ["str", "int", "float", "bool"].includes(one.type),
    );
    const raw = parameters.some(({ type }) => /(^|\.)(Request|UploadFile|bytes)$/.test(type));
    const query = inQuery
      .map(({ name, type }) => `${name}=${encodeURIComponent(String(exampleOf(type, source, 0)))}`)
      .join("&");
    const body = (n: number) =>
      inBody.length === 1
        ? exampleOf(inBody[0]!.type, source, n)
        : Object.fromEntries(inBody.map((one) => [one.name, exampleOf(one.type, source, n)]));
    return {
      method,
      path: path!.replaceAll(/\{\w+[^}]*\}/g, "1") + (query === "" ? "" : `?${query}`),
      bodies: method === "GET" ? [null] : [0, 1, 2].map(body),
      unsure: [
        ...(raw ? ["what a request looks like: it reads the body itself"] : []),
        ...(inPath.size === 0 ? [] : [`what stands in the path for ${[...inPath].join(", ")}`]),
      ],
    };
  });
}

function isBody(type: string, source: string): boolean {
  return (
    /^(list|List|dict|Dict)\b/.test(type) ||
    (/^\w+$/.test(type) && new RegExp(`^class ${type}\\b`, "m").test(source))
  );
}
