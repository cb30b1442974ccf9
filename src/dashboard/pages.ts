import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { CorelensError } from "../errors.ts";

/** A file of the pages. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  readonly packed: Buffer;
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * Loads all files of the pages, by path. They stay in memory: the process that serves them may have dropped the
 * privilege to read them.
 * @throws CorelensError FILE_UNREADABLE when they were not built
 */
export function loadPages(): ReadonlyMap<string, PageFile> {
  const directory = fileURLToPath(new URL("../ui/", import.meta.url));
  try {
    const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
    const files = names.filter((name) => extname(name) in TYPES);
    return new Map(files.map((name) => [`/${name}`, load(directory + name)]));
  } catch (cause) {
    const message = `the dashboard's pages are not in ${directory}`;
    throw new CorelensError("FILE_UNREADABLE", message, "run `npm run build`", { cause });
  }
}

function load(path: string): PageFile {
  const body = readFileSync(path);
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return { type: TYPES[extname(path)]!, body, packed: gzipSync(body, { level: 9 }), etag };
}
