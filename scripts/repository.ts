import { fileURLToPath } from "node:url";

/** The path of a file in the repository, for what runs from `build/`: `npm run tools` puts it there. */
export function inRepository(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
