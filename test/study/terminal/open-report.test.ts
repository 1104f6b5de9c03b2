import { describe, expect, it } from "vitest";
import { openReport, type Screen } from "../../../study/terminal/open-report.ts";

async function opened(page: string | undefined, screen: Partial<Screen>) {
  const paths: string[] = [];
  const said: string[] = [];
  const open = async (path: string) => void paths.push(path);
  await openReport(page, (line) => said.push(line), { platform: "linux", environment: {}, open, ...screen });
  return { paths, said };
}

describe("--open", () => {
  it.each<[string, Partial<Screen>]>([
    ["X11", { environment: { DISPLAY: ":0" } }],
    ["Wayland", { environment: { WAYLAND_DISPLAY: "wayland-0" } }],
    ["Windows around Linux", { environment: { WSL_DISTRO_NAME: "Debian" } }],
    ["macOS", { platform: "darwin" }],
    ["Windows", { platform: "win32" }],
  ])("opens the page on %s", async (_, screen) => {
    expect(await opened("/results/report.html", screen)).toEqual({
      paths: ["/results/report.html"],
      said: [],
    });
  });

  it("says that there is no display, and opens nothing", async () => {
    const { paths, said } = await opened("/results/report.html", { environment: { DISPLAY: "" } });
    expect(paths).toEqual([]);
    expect(said).toEqual([expect.stringMatching(/no display here/)]);
  });

  it("says what kept the page from being opened, and fails nothing", async () => {
    const open = () => Promise.reject(new Error("spawn xdg-open ENOENT"));
    const { said } = await opened("/results/report.html", { platform: "darwin", open });
    expect(said).toEqual(["note: the report could not be opened: spawn xdg-open ENOENT"]);
  });

  it("does nothing where no page was written", async () => {
    expect(await opened(undefined, { platform: "darwin" })).toEqual({ paths: [], said: [] });
  });
});
