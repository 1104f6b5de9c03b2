/** Recognises a service in a folder, or running servers by their addresses. */
import { kinds } from "./kinds/index.ts";
import { type Kind, type Sketch, threads } from "./sketch/sketch.ts";
import { mediaFolder } from "./sketch/source-files.ts";

export function sketchOfFolder(folder: string): Sketch {
  const sketch = serviceIn(folder);
  const media = JSON.stringify(sketch.bodies) === "[{}]" ? mediaFolder(folder) : undefined;
  if (media === undefined) return sketch;
  return {
    ...sketch,
    payload: media,
    found: `${sketch.found}; the files of ${media} are bodies`,
    unsure: [
      ...sketch.unsure.filter((one) => one !== "what a request looks like"),
      `whether a file of ${media} is a body as it is`,
    ],
  };
}

function serviceIn(folder: string): Sketch {
  for (const kind of Object.values(kinds) as Kind[]) {
    const sketch = kind.look(folder);
    if (sketch !== undefined) return sketch;
  }
  return {
    found:
      "nothing that is known here (BentoML, FastAPI, Flask; a server in Python, Go, Rust, Java or for Node.js; a Dockerfile)",
    run: [
      'kind: "command",',
      "// Any program that listens on {port} of 127.0.0.1; {port} is a free port, chosen anew for each start.",
      'command: ["./server", "--port", "{port}"],',
    ],
    ...threads,
    readyPath: undefined,
    method: "POST",
    path: "/",
    bodies: [{}],
    unsure: ["the command", "the path, and what a request looks like"],
  };
}

/** @param urls one for each variant, with the path that is asked */
export function sketchOfUrls(urls: readonly URL[]): Sketch {
  const [first, second] = urls.map(({ origin }) => origin);
  const { pathname, search } = urls[0]!;
  const path = pathname + search;
  return {
    found: `${urls.length === 1 ? "a server that runs" : `${urls.length} servers that run`}: nothing is deployed, each variant is an address`,
    run: ['kind: "url",'],
    setting: {
      name: "address",
      source: `{ type: "string", default: ${JSON.stringify(first)}, to: "url" }`,
      comment: "Of the server; the path is below.",
    },
    variants: {
      baseline: { address: first! },
      ...(urls.length < 3
        ? { next: { address: second ?? first! } }
        : Object.fromEntries(
            urls.slice(1).map(({ origin }, index) => [`next-${index + 1}`, { address: origin }]),
          )),
    },
    readyPath: undefined,
    method: "POST",
    path,
    bodies: [{}],
    unsure: [
      ...(second === undefined
        ? ["the other version's address: `next` is the same server as `baseline`"]
        : []),
      ...(path === "/" ? ["the path"] : []),
      "what a request looks like",
    ],
  };
}
