/** The private authority that signed a service's certificate: a PEM file of the user's. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { messageOf, type Problem } from "../../errors/errors.ts";

const certificates = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @returns its text, or what is wrong with it */
export function readAuthority(file: string, folder: string): string | Problem {
  const path = resolve(folder, file);
  const expected = "a PEM file with at least one certificate";
  const problem = (got: string): Problem => ({ path: "ask.certificateAuthority", expected, got });
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return problem(code === "ENOENT" ? `no such file: ${path}` : messageOf(error));
  }
  const found = text.match(certificates) ?? [];
  if (found.length === 0) return problem(`no certificate in ${path}`);
  for (const [index, one] of found.entries()) {
    try {
      new X509Certificate(one);
    } catch {
      return problem(`certificate ${index + 1} of ${path} cannot be read`);
    }
  }
  return found.join("\n");
}
