/**
 * The human-rated English corpus of Hutto & Gilbert (ICWSM 2014): texts of four domains, each with the mean rating
 * of about 20 people, -4 (most negative) to 4. Split once by a hash of the text: `train` fits heads, `test` measures
 * them, `payload` is what the load sends, so that no payload was ever trained on.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { TestbedError } from "../../errors/errors.ts";
import type { PayloadSet } from "./payload.ts";

export const corpusPath = new URL("./hutto-2014/corpus.tsv", import.meta.url);
export const corpusDigest = "sha256:6c298a98621f22a9fcc0e00956f179ceb1b5cb1c438346551d290e66bb93f5c4";
export const corpusSource = "Hutto & Gilbert, ICWSM 2014, as shipped in the source of vaderSentiment 3.3.2";
export const corpusLicence = "MIT";

export const domains = ["tweets", "products", "films", "editorials"] as const;
export type Domain = (typeof domains)[number];
export type Split = "train" | "test" | "payload";

export interface RatedText {
  readonly split: Split;
  readonly domain: Domain;
  /** Mean human rating, -4 to 4. */
  readonly rating: number;
  readonly text: string;
}

/** @throws TestbedError where the file is not, byte for byte, the one that was checked in */
export async function readCorpus(): Promise<readonly RatedText[]> {
  const content = await readFile(corpusPath);
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  if (digest !== corpusDigest) {
    throw new TestbedError("missingPart", "the corpus is not the one that was checked in", {
      problems: [{ path: "workloads/payloads/hutto-2014/corpus.tsv", expected: corpusDigest, got: digest }],
      hint: "git checkout workloads/payloads/hutto-2014/corpus.tsv",
    });
  }
  return content.toString("utf8").trimEnd().split("\n").map(parseLine);
}

export async function payloadSet(name: string, keep: readonly Domain[]): Promise<PayloadSet> {
  const texts = (await readCorpus())
    .filter(({ split, domain }) => split === "payload" && keep.includes(domain))
    .map(({ text }) => text);
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text}\n`);
  return {
    name,
    digest: `sha256:${hash.digest("hex")}`,
    source: corpusSource,
    licence: corpusLicence,
    synthetic: false,
    texts,
    bodies: () => texts.map((text) => Buffer.from(JSON.stringify({ texts: [text] }))),
  };
}

function parseLine(line: string): RatedText {
  const [split, domain, rating, text] = line.split("\t");
  return { split: split as Split, domain: domain as Domain, rating: Number(rating), text: text ?? "" };
}
