/**
 * docs/report.png: the answer and the ratio plot of a real report, for the README.
 *
 *   npm run docs:picture -- results/<study>/<run>
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { TestbedError } from "../errors/errors.ts";
import { printError } from "../study/terminal/print.ts";
import { findChromium, launchChromium } from "./browser.ts";

/** CSS pixels; narrow enough that the text can be read where a README is shown. */
const width = 1000;

async function picture(directory: string | undefined): Promise<string> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new TestbedError("missingPart", "there is no Chromium on PATH", {
      hint: "Install one (apt-get install chromium), or set CHROMIUM to its path.",
    });
  }
  const report = join(resolve(directory ?? "."), "report.html");
  if (directory === undefined || !existsSync(report)) {
    throw new TestbedError("badInput", "there is no report to take a picture of", {
      problems: [
        { path: "<results>", expected: "a results folder with report.html", got: directory ?? "nothing" },
      ],
      hint: "testbed analyse <results> writes one.",
    });
  }
  const path = join(import.meta.dirname, "report.png");
  const browser = await launchChromium(executablePath);
  try {
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      deviceScaleFactor: 1.5,
      colorScheme: "light",
    });
    await page.goto(pathToFileURL(report).href);
    await page.addStyleTag({ content: ".contents { display: none }" });
    const plot = await page.locator("#comparisons figure [role=img]").boundingBox();
    const height = Math.ceil(plot!.y + plot!.height) + 12;
    await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height } });
  } finally {
    await browser.close();
  }
  return path;
}

try {
  process.stdout.write(`${await picture(process.argv[2])}\n`);
} catch (error) {
  process.exitCode = printError(error, process.stderr);
}
