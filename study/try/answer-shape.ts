/** The shape of an answer, so that a user finds the JSON pointers to name. */

export interface Place {
  readonly pointer: string;
  /** In words: `"ok"`, `3.5`, `array of 384 numbers`. */
  readonly what: string;
}

const most = 12;
const deepest = 4;

/** @returns undefined where the body is not JSON */
export function placesOf(body: Buffer): readonly Place[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  const places: Place[] = [];
  walk(value, "", 0, places);
  return places.slice(0, most);
}

function walk(value: unknown, pointer: string, depth: number, places: Place[]): void {
  if (places.length >= most) return;
  if (Array.isArray(value)) {
    const numbers = value.length > 0 && value.every((one) => typeof one === "number");
    if (numbers || value.length === 0 || depth === deepest) {
      places.push({
        pointer,
        what: numbers ? `array of ${value.length} numbers` : `array of ${value.length}`,
      });
    } else walk(value[0], `${pointer}/0`, depth + 1, places);
  } else if (value !== null && typeof value === "object") {
    const entries = Object.entries(value);
    if (entries.length === 0 || depth === deepest) places.push({ pointer, what: "an object" });
    else for (const [key, one] of entries) walk(one, `${pointer}/${escaped(key)}`, depth + 1, places);
  } else places.push({ pointer, what: brief(value) });
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}..."` : text;
}
