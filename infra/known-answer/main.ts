/**
 * The known-answer server as a process:
 *
 *   npx tsx infra/known-answer/main.ts '{"service":{"kind":"constant","ms":20},"servers":1}' [port]
 *
 * The first line on stdout is its url. Ends on SIGTERM, SIGINT, or with the process that forked it.
 */
import { z } from "zod";
import { simulatedServer } from "./server.ts";

const ms = z.number().positive().max(3_600_000);
const queueSpec = z.strictObject({
  service: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("constant"), ms }),
    z.strictObject({ kind: z.literal("exponential"), meanMs: ms, seed: z.int().min(0).default(1) }),
    z.strictObject({
      kind: z.literal("batch"),
      fixedMs: z.number().min(0),
      perItemMs: ms,
      most: z.int().min(1).max(1024),
    }),
  ]),
  servers: z.int().min(1).max(1024).default(1),
  freeze: z.strictObject({ atMs: z.number().min(0), forMs: ms }).optional(),
});

const parsed = queueSpec.safeParse(jsonOf(process.argv[2] ?? ""));
if (!parsed.success) {
  process.stderr.write(`${z.prettifyError(parsed.error)}\n`);
  process.exit(2);
}
const server = await simulatedServer(parsed.data, Number(process.argv[3] ?? 0));
process.stdout.write(`${server.url}\n`);
process.send?.(server.url);
for (const event of ["SIGTERM", "SIGINT", "disconnect"]) process.on(event, () => process.exit(0));

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
