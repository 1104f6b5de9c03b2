/**
 * Seeded randomness in named, independent streams: one per kind of decision, so that asking one for more draws never
 * shifts another. Bit-identical on every machine: integer arithmetic, and exact-math.ts for logarithms.
 *
 * Generator: xoshiro128** 1.1 (Blackman & Vigna 2018), state from SHA-256 of `seed/name`.
 */
import { createHash } from "node:crypto";
import { exactExp, exactLog } from "./exact-math.ts";

export interface Random {
  /** 32 uniform bits. */
  bits(): number;
  /** Uniform on the open interval (0, 1), 53 bits. */
  uniform(): number;
  /** Uniform on 0 .. count - 1. */
  index(count: number): number;
  /** Standard normal. */
  normal(): number;
  /** Mean 1. */
  exponential(): number;
  /** Gamma(shape, scale 1): mean `shape`, variance `shape`. */
  gamma(shape: number): number;
}

export function randomStream(seed: number | string, name: string): Random {
  return randomFrom(createHash("sha256").update(`${seed}/${name}`).digest());
}

/** @param state at least 16 bytes, not all zero */
export function randomFrom(state: Buffer): Random {
  const bits = xoshiro128(state);
  const uniform = () => {
    // 0 has probability 2^-53; drawing again keeps logarithms finite.
    for (;;) {
      const drawn = ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) / 2 ** 53;
      if (drawn > 0) return drawn;
    }
  };
  const normal = () => polarNormal(uniform);
  const gamma = (shape: number): number =>
    shape < 1
      ? // Boost (Marsaglia & Tsang, section 6): Gamma(k) = Gamma(k + 1) U^(1/k).
        marsagliaTsang(shape + 1, normal, uniform) * exactExp(exactLog(uniform()) / shape)
      : marsagliaTsang(shape, normal, uniform);
  return {
    bits,
    uniform,
    // The bias of scaling 53 bits is below count / 2^53.
    index: (count) => Math.floor(uniform() * count),
    normal,
    exponential: () => -exactLog(uniform()),
    gamma,
  };
}

function xoshiro128(state: Buffer): () => number {
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => state.readUInt32LE(at)) as [number, number, number, number];
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/** Marsaglia's polar method; the second of each pair is not kept, so that a stream has no hidden state. */
function polarNormal(uniform: () => number): number {
  for (;;) {
    const x = 2 * uniform() - 1;
    const y = 2 * uniform() - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * exactLog(square)) / square);
  }
}

/** Marsaglia & Tsang (2000), "A simple method for generating gamma variables"; shape >= 1. */
function marsagliaTsang(shape: number, normal: () => number, uniform: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = uniform();
    if (exactLog(u) < 0.5 * x * x + d * (1 - v + exactLog(v))) return d * v;
  }
}
