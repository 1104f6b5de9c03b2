/** A folder of bodies: images, sound, anything. Each file is one body, in the order of their names; links are not followed. */
import { createHash } from "node:crypto";
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import type { PayloadForm } from "./format.ts";

const types: Readonly<Record<string, string>> = {
  ".json": "application/json",
  ".txt": "text/plain",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".wav": "audio/wav",
  ".mp3": "audio/mpeg",
  ".flac": "audio/flac",
  ".pdf": "application/pdf",
};

export const folder: PayloadForm = {
  description: "every file is a body, with the content type of its ending",
  endings: [],
  async open({ path, shown, spec, problem }) {
    for (const key of ["template", "expected"] as const) {
      const got = spec[key];
      if (got !== undefined) problem({ path: `payload.${key}`, expected: "a format with columns", got });
    }
    const files = filesIn(path);
    const hash = createHash("sha256");
    const bodyBytes = Float64Array.from(files, (file) => {
      const content = readFileSync(file);
      hash.update(`${relative(path, file)}\0${content.length}\0`).update(content);
      if (content.length === 0) {
        problem({ path: join(shown, relative(path, file)), expected: "a body", got: "an empty file" });
      }
      return content.length;
    });
    return {
      count: files.length,
      digest: hash.digest("hex"),
      bodyBytes,
      request(index) {
        const file = files[index]!;
        const contentType = types[extname(file).toLowerCase()] ?? "application/octet-stream";
        return { body: readFileSync(file), contentType };
      },
      close() {},
    };
  },
};

/** Hidden ones are not bodies: `.DS_Store`, `.gitkeep`. */
function filesIn(path: string): string[] {
  const byName = (one: Dirent, other: Dirent) => (one.name < other.name ? -1 : 1);
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .sort(byName)
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return filesIn(inner);
      return entry.isFile() ? [inner] : [];
    });
}
