/** JSON in one canonical form: keys sorted, so that equal values have equal bytes and equal digests. */
import { createHash } from "node:crypto";

/** @param indent spaces per level; 0 for one line */
export function canonical(value: unknown, indent = 0): string {
  return JSON.stringify(
    value,
    (_, inner: unknown) =>
      inner !== null && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
        : inner,
    indent,
  );
}

/** `sha256:` and 64 hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
