/** In order of the first of each key. */
export function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    found.set(key, [...(found.get(key) ?? []), item]);
  }
  return [...found.values()];
}

/** The trials of one block and scenario: they share a schedule, and are judged against each other. */
export function trialGroups<T>(
  trials: readonly T[],
  placeOf: (trial: T) => { readonly block: number; readonly scenario: string },
): T[][] {
  return groupedBy(trials, (trial) => {
    const { block, scenario } = placeOf(trial);
    return `${block}/${scenario}`;
  });
}
