/**
 * Logarithm and exponential of additions, multiplications and divisions only, which IEEE 754 and ECMAScript define to
 * the last bit. `Math.log` and `Math.exp` are left to the engine and may differ in their last bit between processors;
 * one such bit would give a schedule another digest on another machine.
 *
 * Error below 2 units in the last place over the range that sampling uses.
 */

const ln2High = 0.6931471803691238; // the leading 32 bits of ln 2, so that a product with an exponent is exact
const ln2Low = 1.9082149292705877e-10;
const bits = new DataView(new ArrayBuffer(8));

/**
 * Natural logarithm.
 *
 *   x = 2^e m, m in [1/sqrt 2, sqrt 2);  s = (m-1)/(m+1);  ln x = e ln 2 + 2 (s + s^3/3 + s^5/5 + ...)
 */
export function exactLog(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let exponent = 0;
  let scaled = x;
  if (scaled < 2 ** -1022) {
    scaled *= 2 ** 54;
    exponent = -54;
  }
  bits.setFloat64(0, scaled);
  const high = bits.getUint32(0);
  exponent += ((high >>> 20) & 0x7ff) - 1022;
  bits.setUint32(0, (high & 0x000fffff) | 0x3fe00000);
  let m = bits.getFloat64(0); // in [0.5, 1)
  if (m < Math.SQRT1_2) {
    m *= 2;
    exponent -= 1;
  }
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let series = 0;
  for (let power = 23; power >= 3; power -= 2) series = (series + 1 / power) * square;
  return exponent * ln2High + (exponent * ln2Low + 2 * s * series + 2 * s);
}

/**
 * Exponential.
 *
 *   x = k ln 2 + r, |r| <= ln 2 / 2;  e^x = 2^k (1 + r + r^2/2! + ... + r^14/14!)
 */
export function exactExp(x: number): number {
  if (x > 709.7) return Number.POSITIVE_INFINITY;
  if (x < -745) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * ln2High - k * ln2Low;
  let series = 1;
  for (let term = 14; term >= 1; term--) series = 1 + (series * r) / term;
  // In two steps, so that neither power leaves the range of normal numbers.
  const half = Math.trunc(k / 2);
  return series * powerOfTwo(half) * powerOfTwo(k - half);
}

function powerOfTwo(exponent: number): number {
  bits.setUint32(0, (exponent + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** Cosine of 2 pi `turns` for turns in [0, 1], by its Taylor series about the nearest multiple of a quarter turn. */
export function exactCosine(turns: number): number {
  const quarter = Math.round(turns * 4);
  const angle = (turns - quarter / 4) * 2 * Math.PI;
  const square = angle * angle;
  let cosine = 1;
  let sine = 1;
  for (let term = 16; term >= 2; term -= 2) {
    cosine = 1 - (square / (term * (term - 1))) * cosine;
    sine = 1 - (square / (term * (term + 1))) * sine;
  }
  return [cosine, -angle * sine, -cosine, angle * sine][quarter % 4]!;
}

/**
 * ln Gamma(x), x > 0: Stirling's series at x + n >= 16, brought back by Gamma(x + 1) = x Gamma(x).
 * Error about 1e-15 relative to max(1, |ln Gamma(x)|).
 */
export function exactLogGamma(x: number): number {
  let product = 1;
  let shifted = x;
  for (; shifted < 16; shifted++) product *= shifted;
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series =
    inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (
    (shifted - 0.5) * exactLog(shifted) - shifted + 0.5 * exactLog(2 * Math.PI) + series - exactLog(product)
  );
}
