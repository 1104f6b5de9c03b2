/**
 * `--open`: shows the page in the user's browser. Without a display, a note says so and the run succeeds all the same.
 */
import { messageOf } from "../../errors/errors.ts";

export interface Screen {
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
  /** Rejects where nothing could be started. */
  open(path: string): Promise<unknown>;
}

/** @param page undefined where the run has written none */
export async function openReport(
  page: string | undefined,
  say: (line: string) => void,
  screen: Screen = here,
): Promise<void> {
  if (page === undefined) return;
  if (!hasDisplay(screen)) {
    say("note: there is no display here to open the report on (neither DISPLAY nor WAYLAND_DISPLAY is set)");
    return;
  }
  try {
    await screen.open(page);
  } catch (error) {
    say(`note: the report could not be opened: ${messageOf(error)}`);
  }
}

/** Windows and macOS always have one; so has the Windows around WSL. */
function hasDisplay({ platform, environment }: Screen): boolean {
  const { DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME } = environment;
  if (platform === "win32" || platform === "darwin") return true;
  return [DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME].some((value) => value !== undefined && value !== "");
}

const here: Screen = {
  platform: process.platform,
  environment: process.env,
  async open(path) {
    const { default: open } = await import("open");
    const opener = await open(path);
    // It runs as long as the browser does; a failure to start it is reported soon.
    await new Promise<void>((resolve, reject) => {
      opener.once("error", reject);
      opener.once("exit", (code) =>
        code === 0 || code === null ? resolve() : reject(new Error(`the opener ended with code ${code}`)),
      );
      setTimeout(resolve, 2_000);
    });
  },
};
