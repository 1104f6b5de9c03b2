/** The trials of one block and scenario: they share a schedule, and are judged against each other. */
export function groups<T>(
  trials: readonly T[],
  placeOf: (trial: T) => { readonly block: number; readonly scenario: string },
): T[][] {
  const found = new Map<string, T[]>();
  for (const trial of trials) {
    const { block, scenario } = placeOf(trial);
    const key = `${block}/${scenario}`;
    found.set(key, [...(found.get(key) ?? []), trial]);
  }
  return [...found.values()];
}
