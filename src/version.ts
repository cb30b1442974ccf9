import { readFileSync } from "node:fs";

/** Read when the code is loaded: later, a worker that gave up its privileges may not be able to read the file. */
const VERSION = readVersion();

export function version(): string {
  return VERSION;
}

function readVersion(): string {
  const file = new URL("../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
