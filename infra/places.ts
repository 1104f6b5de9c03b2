/** Where things of this checkout are. All that is not under version control is in one ignored folder. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const checkout = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
export const privateFolder = join(checkout, ".testbed");
export const serviceFolder = join(checkout, "infra", "services", "sentiment");
