/**
 * The report as a reader has it: a real browser, at the widths of a phone and a desktop, in light, dark and print. Uses
 * whatever Chromium the machine has (CHROMIUM names another); where there is none it says so and skips.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeReports } from "../../analysis/reports/formats/index.ts";
import { findChromium, launchChromium } from "../../docs/browser.ts";
import { analysisFixture, manifest, plan } from "../analysis/reports/fixture/index.ts";
import { isRounded, valueAt } from "../analysis/reports/pointer.ts";

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn(
    "report in a browser: skipped, no chromium on PATH (apt-get install chromium, or set CHROMIUM)",
  );
}

const widths = { phone: 375, desktop: 1440 } as const;
const analysis = analysisFixture();

describe.skipIf(executablePath === undefined)("the report in a browser", () => {
  let directory: string;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "report-"));
    await writeFile(join(directory, "plan.json"), JSON.stringify(plan));
    await writeFile(join(directory, "manifest.json"), JSON.stringify(manifest));
    url = pathToFileURL((await writeReports(directory, analysis)).html!).href;
    browser = await launchChromium(executablePath!);
  });
  afterAll(async () => {
    await browser?.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Every page also proves that it logs nothing and asks for nothing but its own file. */
  async function open(
    options: { width: number; colorScheme?: "light" | "dark" },
    look: (page: Page) => Promise<void>,
  ) {
    const { width, colorScheme = "light" } = options;
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const heard: string[] = [];
    page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => heard.push(String(error)));
    page.on("request", (request) => {
      if (request.url() !== url && !request.url().startsWith("data:"))
        heard.push(`request: ${request.url()}`);
    });
    try {
      await page.goto(url);
      await look(page);
      expect(heard).toEqual([]);
    } finally {
      await page.close();
    }
  }

  describe.each(Object.entries(widths))("at the width of a %s", (_, width) => {
    it("does not scroll sideways, with everything folded and with everything unfolded", async () => {
      await open({ width }, async (page) => {
        expect(await overflow(page)).toBe(0);
        await unfold(page);
        expect(await overflow(page)).toBe(0);
      });
    });

    it("shows one picture of each chart, no wider than the page", async () => {
      await open({ width }, async (page) => {
        for (const figure of await page.locator("figure").all()) {
          const shown = await figure.locator("[role=img] > div:visible").all();
          expect(shown).toHaveLength(1);
          const box = await shown[0]!.boundingBox();
          expect(box!.x + box!.width).toBeLessThanOrEqual(width);
          expect(box!.height).toBeGreaterThan(100);
        }
      });
    });
  });

  it("prints every figure in its text as analysis.json, the plan or the manifest has it", async () => {
    await open({ width: widths.desktop }, async (page) => {
      const files = { "analysis.json": analysis, "plan.json": plan, "manifest.json": manifest };
      const figures = await page
        .locator("data[data-at]")
        .evaluateAll((all) => all.map((one) => [one.getAttribute("data-at")!, one.textContent!] as const));
      expect(figures.length).toBeGreaterThan(1000);
      const wrong = figures.filter(([at, text]) => !isRounded(text, valueAt(files, at) as number));
      expect(wrong).toEqual([]);
    });
  });

  it("has verdicts, validity and what is synthetic on the first screen of a desktop", async () => {
    await open({ width: widths.desktop }, async (page) => {
      for (const claim of await page.locator("#answer [data-claim]").all()) await expectVisible(claim);
      await expectVisible(page.getByText(analysis.synthetic[0]!));
      await expectVisible(page.locator("#standing .counts"));
    });
    async function expectVisible(locator: ReturnType<Page["locator"]>) {
      const box = await locator.boundingBox();
      expect(box!.y + box!.height).toBeLessThanOrEqual(900);
    }
  });

  it("is used without a mouse: skip link first, then claims, whose rows come into view", async () => {
    await open({ width: widths.desktop }, async (page) => {
      await page.keyboard.press("Tab");
      expect(await focused(page)).toBe("Skip to the answer");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      const seen = [await focused(page)];
      while (!seen.at(-1)!.startsWith(analysis.comparisons[0]!.sentence) && seen.length < 40) {
        await page.keyboard.press("Tab");
        seen.push(await focused(page));
      }
      expect(seen.at(-1)).toBe(analysis.comparisons[0]!.sentence);
      await page.keyboard.press("Enter");
      const row = await page.locator("tr:target").boundingBox();
      expect(row!.y).toBeGreaterThanOrEqual(0);
      expect(row!.y + row!.height).toBeLessThanOrEqual(900);
    });
  });

  it("lets every region that scrolls and every fold be reached and opened from the keyboard", async () => {
    await open({ width: widths.phone }, async (page) => {
      const fold = page.locator("main summary").first();
      await fold.focus();
      await page.keyboard.press("Enter");
      expect(await fold.locator("..").getAttribute("open")).not.toBeNull();
      await unfold(page);
      const unreachable = await page.locator("*").evaluateAll((all) =>
        all
          .filter((one) => one.scrollWidth > one.clientWidth + 1)
          .filter((one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX))
          .filter((one) => one.getAttribute("tabindex") !== "0" || one.getAttribute("aria-label") === null)
          .map((one) => one.outerHTML.slice(0, 80)),
      );
      expect(unreachable).toEqual([]);
    });
  });

  it.each(["light", "dark"] as const)(
    "has text of at least 4.5 : 1 contrast in the %s scheme",
    async (colorScheme) => {
      await open({ width: widths.desktop, colorScheme }, async (page) => {
        const colours = await page.evaluate(() => {
          const probe = document.body.appendChild(document.createElement("i"));
          const colour = (name: string) => {
            probe.style.color = `var(--${name})`;
            return getComputedStyle(probe)
              .color.match(/[\d.]+/g)!
              .map(Number);
          };
          const text = ["ink", "muted", "link", "good", "bad", "same", "open"];
          return {
            surface: colour("surface"),
            ground: colour("ground"),
            text: text.map((name) => [name, colour(name)] as const),
          };
        });
        const faint = colours.text.filter(
          ([, colour]) => Math.min(contrast(colour, colours.surface), contrast(colour, colours.ground)) < 4.5,
        );
        expect(faint).toEqual([]);
      });
    },
  );

  it("prints on A4 without its navigation and without cutting a picture or a column", async () => {
    // 210 mm less Chromium's margins of 1 cm, at 96 dpi.
    await open({ width: 718 }, async (page) => {
      await page.emulateMedia({ media: "print" });
      expect(await page.locator(".contents").isVisible()).toBe(false);
      expect(await overflow(page)).toBe(0);
      const cut = await page
        .locator(".scroll, figure svg")
        .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().right > innerWidth + 1).length);
      expect(cut).toBe(0);
      const tables = await page
        .locator("table:visible")
        .evaluateAll((all) =>
          all
            .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .map((one) => one.querySelector("caption")?.textContent),
        );
      expect(tables).toEqual([]);
      expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(50_000);
    });
  });
});

/** By how many pixels the page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
}

function unfold(page: Page): Promise<void> {
  return page.locator("details").evaluateAll((all) => {
    for (const one of all) one.setAttribute("open", "");
  });
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent ?? "");
}

/** WCAG 2: (lighter + .05) / (darker + .05) of the relative luminances. */
function contrast(a: readonly number[], b: readonly number[]): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(rgb: readonly number[]): number {
  const [red, green, blue] = rgb.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
