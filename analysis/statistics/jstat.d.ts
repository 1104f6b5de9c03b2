/** The part of jStat that the analysis uses; the package ships no types. */
declare module "jstat" {
  const jStat: {
    readonly normal: {
      cdf(x: number, mean: number, sd: number): number;
      inv(p: number, mean: number, sd: number): number;
    };
    readonly studentt: { cdf(x: number, df: number): number; inv(p: number, df: number): number };
    readonly beta: {
      inv(p: number, a: number, b: number): number;
      cdf(x: number, a: number, b: number): number;
    };
    readonly chisquare: { cdf(x: number, df: number): number };
    /** Least squares by QR: rows of the design, and one value each. */
    lstsq(rows: readonly (readonly number[])[], values: readonly number[]): number[];
    /** Shape and scale. */
    readonly gamma: { cdf(x: number, shape: number, scale: number): number };
  };
  export default { jStat };
}
