/**
 * vegeta's targets in JSON, one per line:
 * `{"method":"POST","url":"http://host/path","body":"<base64>","header":{"K":["v"]}}`. Only path and query of the url
 * count: all requests go to the service under test.
 */
import { z } from "zod";
import { problemsOf } from "../../errors/problems.ts";
import { headerText, methods } from "../ask/ask.ts";
import type { AskedRequest } from "../ask/asked.ts";
import { brief, Numbers, type PayloadForm } from "./format.ts";
import { openLines } from "./lines.ts";

const target = z.strictObject({
  method: z.enum(methods),
  url: z.url({ protocol: /^https?$/ }),
  body: z.base64().optional(),
  header: z.record(z.string(), z.array(headerText)).optional(),
});

export const vegetaJson: PayloadForm = {
  description: "vegeta's targets in JSON: method, url, body in base64, header",
  endings: [],
  async open({ path, shown, spec, problem }) {
    for (const key of ["template", "expected"] as const) {
      const got = spec[key];
      if (got !== undefined) problem({ path: `payload.${key}`, expected: "a format with columns", got });
    }
    const bodyBytes = new Numbers();
    const lines = openLines(path, (line, number) => {
      const place = `${shown}, line ${number}`;
      const value = parsed(line);
      const checked = target.safeParse(value);
      if (checked.success) return bodyBytes.push(requestOf(checked.data).body.byteLength);
      if (value === undefined) return problem({ path: place, expected: "JSON", got: brief(line.toString()) });
      for (const one of problemsOf(checked.error, value)) problem({ ...one, path: `${place}: ${one.path}` });
    });
    return {
      count: lines.count,
      digest: lines.digest,
      bodyBytes: bodyBytes.whole(),
      request: (index) => requestOf(target.parse(parsed(lines.line(index)))),
      close: lines.close,
    };
  },
};

function requestOf({ method, url, body = "", header = {} }: z.infer<typeof target>): AskedRequest {
  const { pathname, search } = new URL(url);
  const headers = Object.entries(header)
    // The client's own: said by the body and the address.
    .filter(
      ([name]) => !["host", "content-length", "connection", "transfer-encoding"].includes(name.toLowerCase()),
    )
    .map(([name, values]) => [name.toLowerCase(), values.join(", ")] as const);
  return { method, path: pathname + search, body: Buffer.from(body, "base64"), headers };
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}
