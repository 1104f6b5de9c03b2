/** The paths that a server's source declares, for the usual frameworks. */
import { declaredBodies } from "./declared-bodies.ts";
import type { Sketch } from "./sketch.ts";

export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
}

const health = /^\/(?:-\/)?(?:api\/)?(?:v\d+\/)?(?:health|healthz|ready|readyz|live|livez|ping|status)\/?$/;
export const isHealth = (path: string) => health.test(path);

/** Each gives a path, and a method where the source says one. */
const forms: readonly RegExp[] = [
  // Express, Fastify, Flask's and Actix' short forms, Gin, Chi, Javalin: post("/x"
  /\b(?<method>post|get)\(\s*["'`](?<path>\/[^"'`]*)["'`]/gi,
  // Spring: @PostMapping("/x")
  /@(?<method>Post|Get)Mapping\(\s*(?:value\s*=\s*|path\s*=\s*)?"(?<path>\/[^"]*)"/g,
  // Go: HandleFunc("POST /x", mux.Handle("/x"
  /\bHandle(?:Func)?\(\s*"(?:(?<method>POST|GET)\s+)?(?<path>\/[^"]*)"/g,
  // Axum: .route("/x", post(
  /\.route\(\s*"(?<path>\/[^"]*)"\s*,\s*(?<method>post|get)\(/g,
  // Flask: @app.route("/x", methods=["POST"])
  /\.route\(\s*["'](?<path>\/[^"']*)["'](?:\s*,\s*methods\s*=\s*[[(]\s*["'](?<method>POST|GET))?/g,
  // The JDK's own server.
  /\bcreateContext\(\s*"(?<path>\/[^"]*)"/g,
  // A comparison with the request's path.
  /\b(?:url|path|pathname|uri)\s*={2,3}\s*["'`](?<path>\/[^"'`?]*)["'`]/gi,
];

/** In the order of the source; one that says no method is asked by POST, one of health by GET. */
export function routesOf(source: string): readonly Route[] {
  const found = forms.flatMap((form) =>
    [...source.matchAll(form)].map(({ index, groups }) => ({
      index,
      path: groups!.path!,
      method: groups!.method?.toUpperCase(),
    })),
  );
  const byPath = new Map<string, Route & { index: number }>();
  for (const { index, path, method } of found.sort((a, b) => a.index - b.index)) {
    const usual = isHealth(path) ? "GET" : "POST";
    const known = byPath.get(path);
    if (known === undefined || method === "POST") {
      byPath.set(path, { index: known?.index ?? index, path, method: (method ?? usual) as Route["method"] });
    }
  }
  return [...byPath.values()].map(({ path, method }) => ({ path, method }));
}

/** What is asked of a server by what its source names: paths, and the type that a body is read into. */
export function askedAt(source: string): Pick<Sketch, "readyPath" | "method" | "path" | "bodies"> & {
  readonly unsure: readonly string[];
} {
  const routes = routesOf(source);
  const others = routes.filter(({ path }) => !isHealth(path));
  const asked = others.find(({ method }) => method === "POST") ?? others[0];
  const { method, path } = asked ?? ({ method: "POST", path: "/" } as const);
  const declared = declaredBodies(source);
  return {
    readyPath: routes.find((one) => one.method === "GET" && isHealth(one.path))?.path,
    method,
    path,
    bodies: method === "POST" ? (declared ?? [{}]) : [null],
    unsure: [
      ...(asked === undefined ? ["the path, and what a request looks like"] : []),
      ...(asked !== undefined && method === "POST" && declared === undefined
        ? ["what a request looks like"]
        : []),
    ],
  };
}
