import { selectedQuantile } from "../statistics/quantile.ts";
import { quantileOf } from "./quantile-of.ts";

/** From the send to the first byte of the answer. */
export const firstByteP50 = quantileOf(
  "first-byte-p50",
  0.5,
  ({ firstByteMs }, p) => selectedQuantile(firstByteMs, p),
  true,
);
