/** What a claim is held against, found once for each of its keys. */
export function remembered<T>(): (key: string, find: () => T) => T {
  const known = new Map<string, T>();
  return (key, find) => {
    if (!known.has(key)) known.set(key, find());
    return known.get(key)!;
  };
}
