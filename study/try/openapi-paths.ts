/** The paths of a service's OpenAPI description, where FastAPI and BentoML publish theirs. */
import { z } from "zod";

const description = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const places = ["/openapi.json", "/docs.json"];
const most = 10;

/** @returns `POST /embed` and the like; empty where it says nothing */
export async function offeredBy(origin: string): Promise<readonly string[]> {
  for (const place of places) {
    const parsed = description.safeParse(
      await fetch(new URL(place, origin), { signal: AbortSignal.timeout(3_000) })
        .then((answer) => answer.json())
        .catch(() => undefined),
    );
    if (!parsed.success) continue;
    return Object.entries(parsed.data.paths)
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
      .slice(0, most);
  }
  return [];
}
