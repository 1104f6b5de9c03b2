/**
 * The parts of the toolchain that set-up still has to provide, and the time this takes: printed before set-up begins.
 */
import { existsSync } from "node:fs";
import { cachedPath } from "./provide/cache.ts";
import { installedPulumi, pulumiCacheKeys } from "./pulumi.ts";
import { findPython } from "./python.ts";

export interface MissingPart {
  readonly what: string;
  /** Why it takes that long. */
  readonly why: string;
  /** About, alone, on two cores, where only package registries answer. */
  readonly minutes: number;
}

/** @param wanted whether the Python environment of the testbed's own services is */
export async function missingParts(
  wanted: { readonly python: boolean },
  root?: string,
): Promise<readonly MissingPart[]> {
  const [installed, python] = await Promise.all([installedPulumi(), findPython(root)]);
  const cached = Object.values(pulumiCacheKeys()).some((key) => existsSync(cachedPath(key, root)));
  return [
    ...(installed !== null || cached
      ? []
      : [{ what: "the Pulumi engine", why: "downloaded, or else built from Go modules", minutes: 3 }]),
    ...(!wanted.python || python.ready
      ? []
      : [
          {
            what: "the Python environment",
            why: "BentoML, ONNX Runtime, and PyTorch, which is large",
            minutes: 1,
          },
        ]),
  ];
}
