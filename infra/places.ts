/** Where things of this checkout are. All that is not under version control is in one ignored folder. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const checkout = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
export const privateFolder = join(checkout, ".testbed");
export const serviceFolder = join(checkout, "infra", "services", "sentiment");
/** Of this checkout's things on a Docker engine, which others may use too. */
export const dockerPrefix = `testbed-${createHash("sha256").update(checkout).digest("hex").slice(0, 8)}`;
