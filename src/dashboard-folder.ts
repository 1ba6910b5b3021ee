import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where `npm run build` puts the dashboard, seen from the source and from the bundle; null where it is not built. */
export function dashboardFolder(): string | null {
  const places = ["../dist/dashboard", "./dashboard"].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return places.find((place) => existsSync(join(place, "index.html"))) ?? null;
}

/** The folder with the source that it is built of; null in an installed package, which brings it along. */
export function sourceFolder(): string | null {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  return existsSync(join(folder, "dashboard", "index.html")) ? folder : null;
}
