/** The files that `testbed init` writes, as text: a service with comments, its requests, and a study. */
import type { Sketch } from "./sketch/sketch.ts";

export const fileNames = {
  service: "testbed-service.ts",
  requests: "testbed-requests.jsonl",
  study: "testbed-study.ts",
} as const;

export function filesOf(sketch: Sketch, name: string): Readonly<Record<string, string>> {
  const isWritten = sketch.bodies[0] !== null && sketch.payload === undefined;
  return {
    [fileNames.service]: serviceText(sketch, name),
    ...(isWritten
      ? { [fileNames.requests]: sketch.bodies.map((body) => `${JSON.stringify(body)}\n`).join("") }
      : {}),
    [fileNames.study]: studyText(sketch, name),
  };
}

function serviceText(sketch: Sketch, name: string): string {
  const { run, setting, variants, readyPath, method, path, bodies, payload, unsure } = sketch;
  const hasBodies = payload !== undefined || bodies[0] !== null;
  const comment = (text: string) => `// ${text}`;
  return `${[
    'import { defineService } from "serving-testbed";',
    "",
    ...unsure.map((one) => comment(`CHECK THIS: ${one}.`)),
    ...(unsure.length > 0 ? [""] : []),
    `// \`npx testbed try ${fileNames.service}\` starts it, sends one request and says what is wrong; docs/services.md has every key.`,
    "export default defineService({",
    `  name: ${JSON.stringify(name)},`,
    '  description: "",',
    "  // How it is started.",
    "  run: {",
    ...run.map((line) => `    ${line}`),
    "  },",
    "  // What a variant may choose, and where its value goes: environment, arguments, replicas, resources.",
    "  settings: {",
    `    ${comment(setting.comment)}`,
    `    ${setting.name}: ${setting.source},`,
    "  },",
    "  // Named choices of settings; what a choice leaves out has its default.",
    "  variants: {",
    ...Object.entries(variants).map(([variant, choice]) => `    ${keyOf(variant)}: ${objectText(choice)},`),
    "  },",
    ...(readyPath === undefined
      ? [
          "  // Ready once a request of the load is answered as `judge` says; with a path, that path must answer 2xx first.",
          '  // ready: { path: "/healthz" },',
        ]
      : [
          "  // Ready once this answers 2xx, and a request of the load as `judge` says.",
          `  ready: { path: ${JSON.stringify(readyPath)} },`,
        ]),
    "  // How it is asked. A header's value may come from the environment, and is then written nowhere:",
    '  //   headers: { authorization: { environment: "MY_TOKEN", prefix: "Bearer " } },',
    "  ask: {",
    `    method: ${JSON.stringify(method)},`,
    `    path: ${JSON.stringify(path)},`,
    ...(hasBodies
      ? [
          payload === undefined
            ? "    // A body a line. Put real requests here: their lengths and their mix decide what is measured."
            : "    // Each file is a body, with the content type of its ending.",
          `    payload: { file: ${JSON.stringify(payload ?? fileNames.requests)} },`,
        ]
      : []),
    "  },",
    "  // When an answer is right. Without more than the status, an error that is answered with 200 counts as a success:",
    '  //   json: [{ pointer: "/predictions/0", exists: true }],   label: "/label",   vector: "/embedding",',
    "  judge: { status: [200] },",
    "});",
  ].join("\n")}\n`;
}

function studyText({ variants }: Sketch, name: string): string {
  const [, ...others] = Object.keys(variants);
  return `${[
    'import { defineStudy, scenarios } from "serving-testbed";',
    "",
    `// \`npx testbed plan ${fileNames.study}\` says how long it takes and what it can resolve; docs/studies.md has every key.`,
    "export default defineStudy({",
    `  name: ${JSON.stringify(name)},`,
    `  description: ${JSON.stringify(`Is ${others.join(" or ")} faster than baseline?`)},`,
    `  service: "./${fileNames.service}",`,
    '  baseline: "baseline",',
    "  // Names of the service's variants, or settings written out.",
    `  variants: ${JSON.stringify(others)},`,
    "  // Rates are shares of the baseline's capacity, which is measured first; `rate: { perSecond: 20 }` is a rate of your own.",
    "  scenarios: [",
    '    { ...scenarios.steady, payload: "requests", durationSeconds: 20 },',
    '    { ...scenarios.bursty, payload: "requests", durationSeconds: 20 },',
    "  ],",
    "  // Replicates of everything, in random order; fewer resolve less, and too few nothing.",
    "  blocks: 8,",
    "  // An answer that takes longer, counted from the instant at which it was due, is late.",
    "  slo: { responseMs: 500 },",
    "});",
  ].join("\n")}\n`;
}

function objectText(choice: Readonly<Record<string, string | number>>): string {
  const entries = Object.entries(choice).map(([key, value]) => `${keyOf(key)}: ${JSON.stringify(value)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function keyOf(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}
