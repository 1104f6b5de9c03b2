/** Shell scripts name files beside themselves; no type check sees one that has moved. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const infra = fileURLToPath(new URL("../../infra", import.meta.url));

it("every file that a shell script names by its own place is there", () => {
  const named = readdirSync(infra, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sh"))
    .flatMap((path) =>
      [...readFileSync(join(infra, path), "utf8").matchAll(/\$\{0%\/\*\}\/([\w./-]+)/g)].map(([, to]) =>
        join(infra, dirname(path), to!),
      ),
    );
  expect(named.length).toBeGreaterThan(1);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
