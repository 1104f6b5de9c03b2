import { textColumn } from "../parts/document.ts";
import type { Section } from "./section.ts";

export const variants: Section = {
  title: "Variants",
  build({ manifest }) {
    const names = Object.keys(manifest.variants);
    const settings = [
      ...new Set(Object.values(manifest.variants).flatMap((variant) => Object.keys(variant))),
    ];
    return [
      {
        kind: "paragraph",
        aside: true,
        text: "Variants differ by these settings only: all of them run the same code.",
      },
      {
        kind: "table",
        caption: "Settings of every variant",
        columns: [textColumn("Setting"), ...names.map(textColumn)],
        rows: settings.map((setting) => ({
          cells: [setting, ...names.map((name) => settingText(manifest.variants[name]?.[setting]))],
        })),
      },
    ];
  },
};

function settingText(value: string | number | boolean | undefined): string {
  if (value === undefined) return "–";
  if (typeof value === "boolean") return value ? "on" : "off";
  return String(value);
}
