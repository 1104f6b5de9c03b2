import type { ComparedAnswers } from "../../quality/quality.ts";
import { numberColumn, textColumn } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Section } from "./section.ts";

const words: Readonly<Record<ComparedAnswers["by"], string>> = {
  label: "share of the same labels, at least",
  cosine: "least cosine of two vectors, at least",
  shift: "largest shift of an element, at most",
  number: "largest difference of two numbers, at most",
};

/** The comparison of answers, for a service that declares a tolerance for its variants' answers. */
export const answers: Section = {
  title: "Are the answers the same?",
  build({ manifest, cite }) {
    const rows = Object.entries(manifest.quality ?? {}).flatMap(([variant, { agreement }]) =>
      "compared" in agreement
        ? agreement.compared.map(({ by, within }, index) => ({ variant, by, within, index }))
        : [],
    );
    if (rows.length === 0) return [];
    const at = (variant: string, ...place: (string | number)[]) => [
      "quality",
      variant,
      "agreement",
      ...place,
    ];
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "The same requests were asked of the baseline and of each variant, one by one and outside every trial, and their answers " +
          "compared as the service declares. A variant outside its limit has no valid trial: its speed is not comparable.",
      },
      {
        kind: "table",
        caption: "Answers compared with the baseline's",
        columns: [
          textColumn("Variant"),
          textColumn("Compared by"),
          numberColumn("Observed"),
          numberColumn("Limit"),
          numberColumn("Requests"),
          textColumn("Verdict"),
        ],
        rows: rows.map(({ variant, by, within, index }) => ({
          cells: [
            variant,
            words[by],
            cite.manifest(at(variant, "compared", index, "observed"), formats.precise),
            cite.manifest(at(variant, "compared", index, "limit"), formats.exact),
            cite.manifest(at(variant, "requests"), formats.count),
            within ? "within its limit" : "OUTSIDE its limit",
          ],
        })),
      },
    ];
  },
};
