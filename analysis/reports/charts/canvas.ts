/**
 * A document to draw into, without a browser, and the common parts of all charts. Colours are variables of report.css,
 * so that one chart serves light, dark and print.
 */
import * as Plot from "@observablehq/plot";
import { JSDOM } from "jsdom";
import type { Style } from "../parts/document.ts";

let page: Document | undefined;

/** @returns the SVG's text; hidden from screen readers, whose readers get the description and the table */
export function drawn(options: Plot.PlotOptions): string {
  page ??= new JSDOM("").window.document;
  const svg = Plot.plot({
    document: page,
    style: { fontSize: "12px", background: "none", overflow: "visible" },
    ...options,
  });
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  return svg.outerHTML;
}

/** Below this width labels move and ticks thin out: a phone. */
export const narrowWidth = 480;

/** 1, 2, 5, 10, 20 ... within the domain; powers of ten only where that is too many; round numbers where it is too few. */
export function logTicks([low, high]: readonly [number, number], most: number): number[] {
  const exponents = range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)));
  const within = (steps: readonly number[]) =>
    exponents
      .flatMap((exponent) => steps.map((step) => Number(`${step}e${exponent}`)))
      .filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
  const ticks = [[1, 2, 5], [1, 3], [1]].map(within).find((found) => found.length <= most) ?? within([1]);
  return ticks.length >= 2 ? ticks : linearTicks([low, high], Math.min(4, most));
}

/** About `count` round numbers within the domain. */
export function linearTicks([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  return range(Math.ceil(low / step), Math.floor(high / step)).map((index) =>
    Number((index * step).toPrecision(12)),
  );
}

export function tickText(value: number): string {
  return value.toLocaleString("en-GB", { maximumSignificantDigits: 3 });
}

/** The extent of some positive numbers, widened by a factor on both sides; undefined where there are none. */
export function logDomain(values: readonly number[], factor = 1.15): [number, number] | undefined {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  if (positive.length === 0) return undefined;
  return [Math.min(...positive) / factor, Math.max(...positive) * factor];
}

export function lineOptions({ colour, dash }: Style): {
  stroke: string;
  strokeWidth: number;
  strokeDasharray?: string;
} {
  return { stroke: colour, strokeWidth: 2, ...(dash === "" ? {} : { strokeDasharray: dash }) };
}

export function symbolOptions({ colour, symbol, hollow }: Style): {
  symbol: Plot.SymbolType;
  stroke: string;
  fill: string;
  strokeWidth: number;
} {
  return {
    symbol: symbol === "area" ? "circle" : symbol,
    stroke: colour,
    fill: hollow ? "var(--surface)" : colour,
    strokeWidth: 1.5,
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
