/**
 * Whether a download site answers. The limit is short, because the check must be cheap where only registries can be
 * reached.
 */
const limitMs = 4_000;

/** @returns null where it answers, else the reason in a few words */
export async function whyUnreachable(url: string): Promise<string | null> {
  try {
    const answer = await fetch(url, {
      method: "HEAD",
      redirect: "follow",
      signal: AbortSignal.timeout(limitMs),
    });
    return answer.ok ? null : `answered ${answer.status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.name) : String(cause);
  }
}
