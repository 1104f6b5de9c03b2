/**
 * How corpus.tsv was made, once, from the source archive of the Python package vaderSentiment 3.3.2:
 *
 *   pip download --no-deps --no-binary :all: vaderSentiment==3.3.2
 *   tar xzf vaderSentiment-3.3.2.tar.gz   (and hutto_ICWSM_2014.tar.gz in its additional_resources/)
 *   npx tsx workloads/payloads/hutto-2014/convert.ts .../hutto_ICWSM_2014 > corpus.tsv
 *
 * The split is a function of the text alone, so a text that occurs twice is never in two splits.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const files = {
  tweets: "tweets_GroundTruth.txt",
  products: "amazonReviewSnippets_GroundTruth.txt",
  films: "movieReviewSnippets_GroundTruth.txt",
  editorials: "nytEditorialSnippets_GroundTruth.txt",
};

const directory = process.argv[2] ?? ".";
for (const [domain, file] of Object.entries(files)) {
  for (const line of readFileSync(join(directory, file), "utf8").split(/\r?\n/)) {
    const [, rating, ...rest] = line.split("\t");
    const text = rest.join(" ").replaceAll(/\s+/g, " ").trim();
    if (rating === undefined || text === "") continue;
    process.stdout.write(`${splitOf(text)}\t${domain}\t${Number(rating).toFixed(3)}\t${text}\n`);
  }
}

function splitOf(text: string): string {
  const tenth = createHash("sha256").update(text).digest()[0]! % 10;
  return tenth < 6 ? "train" : tenth < 8 ? "test" : "payload";
}
