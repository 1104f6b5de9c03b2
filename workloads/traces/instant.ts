/** One instant in the notations of traces: a number, with a point or a comma, or a time with its date. */

/** Whole units and what is left, so that the difference of two late instants is exact. */
export interface Instant {
  readonly whole: number;
  readonly part: number;
  /** A date has its unit with it. */
  readonly isDate: boolean;
}

/** A number beyond this has lost its last digits as a double; nanoseconds since 1970 are. */
const exactDigits = 15;
/** Such a number is counted from here: the differences are exact, and no trace is longer. */
const far = 1_000_000_000_000_000n;

/** @returns undefined where it is neither */
export function instantOf(cell: string, decimalComma: boolean): Instant | undefined {
  if (/^[+-]?\d+$/.test(cell) && cell.length > exactDigits) {
    const value = BigInt(cell);
    return { whole: Number(value / far), part: Number(value % far), isDate: false };
  }
  const number = decimalComma ? cell.replace(",", ".") : cell;
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(number)) {
    const value = Number(number);
    return Number.isFinite(value) ? { whole: 0, part: value, isDate: false } : undefined;
  }
  return dateOf(cell);
}

/** In the instants' own unit; for dates, seconds. */
export function between(from: Instant, to: Instant): number {
  return (to.whole - from.whole) * (from.isDate ? 1 : Number(far)) + (to.part - from.part);
}

const iso =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?\s*(Z|UTC|[+-]\d\d:?\d\d|[+-]\d\d)?$/i;

/** ISO 8601, and as Azure and pandas write it; without a zone it is UTC, so that no clock change is in a trace. */
function dateOf(cell: string): Instant | undefined {
  const found = iso.exec(cell);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(ms);
  if (
    back.getUTCMonth() !== month - 1 ||
    back.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 60
  )
    return undefined;
  return { whole: ms / 1000 - zoneSeconds(found[8]), part: Number(`0.${found[7] ?? "0"}`), isDate: true };
}

function zoneSeconds(zone = "Z"): number {
  const found = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (found === null) return 0;
  const seconds = 3600 * Number(found[2]) + 60 * Number(found[3] ?? "0");
  return found[1] === "-" ? -seconds : seconds;
}
