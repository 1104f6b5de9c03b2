/** Where a figure says it stands (`analysis.json#/cells/3/pooled`), looked up; and whether its text is its value, rounded. */
export function valueAt(files: Readonly<Record<string, unknown>>, at: string): unknown {
  const [file = "", pointer = ""] = at.split("#");
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], files[file]);
}

/** Half of the last printed digit, and nothing more, lies between the text and the value. */
export function isRounded(text: string, value: number): boolean {
  if (text === "< .001") return value < 0.001;
  const unit = /(%|pp)$/.test(text) ? 0.01 : text.endsWith("GiB") ? 2 ** 30 : 1;
  const digits = text
    .replace(/ (%|pp|GiB)$/, "")
    .replaceAll(",", "")
    .replace("−", "-");
  if (!/^-?\d*\.?\d+(e[+-]\d+)?$/.test(digits)) return false;
  const [mantissa = "", exponent = "0"] = digits.split("e");
  const decimals = mantissa.split(".")[1]?.length ?? 0;
  const step = 10 ** (Number(exponent) - decimals) * unit;
  return Math.abs(Number(digits) * unit - value) <= step / 2 + Math.abs(value) * 1e-12;
}
