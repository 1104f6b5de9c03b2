/** The lengths of a payload's texts: batching, padding and a language model's time all depend on them. */

export interface LengthDistribution {
  readonly mean: number;
  /** Hyndman-Fan 7 over all texts; p 0 is the shortest, p 1 the longest. */
  readonly quantiles: { readonly p: number; readonly length: number }[];
}

const shares = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1] as const;

/** @param lengthOf one text, at least 1 of them */
export function lengthDistribution<T>(
  texts: readonly T[],
  lengthOf: (text: T) => number,
): LengthDistribution {
  const lengths = Float64Array.from(texts, lengthOf).sort();
  const at = (p: number) => {
    const position = (lengths.length - 1) * p;
    const below = lengths[Math.floor(position)]!;
    const above = lengths[Math.ceil(position)]!;
    return below + (above - below) * (position - Math.floor(position));
  };
  return {
    mean: lengths.reduce((sum, length) => sum + length, 0) / lengths.length,
    quantiles: shares.map((p) => ({ p, length: at(p) })),
  };
}

/** Unicode code points, as a reader counts characters. */
export function charactersIn(text: string): number {
  return [...text].length;
}
