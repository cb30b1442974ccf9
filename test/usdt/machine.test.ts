import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readElf } from "../../src/elf/elf.ts";
import { CorelensError } from "../../src/errors.ts";
import { openFileSource } from "../../src/node/process/file-source.ts";
import { readProbes } from "../../src/usdt/read-probes.ts";
import { parseReadelf } from "./readelf.ts";
import { describeWith, run } from "./tools.ts";

const DIRECTORIES = ["/usr/bin", "/usr/lib", "/opt"];
const TIME_LIMIT_MS = 15_000;

/** Reasons for which an argument of real software may be unreadable. */
const REVIEWED = [
  /^a floating-point number of (10|16) bytes$/, // a long double
  /vector register/,
  /thread-local/,
  /^the file has no symbol /, // a local label, or a stripped file
];

/** Regular files below the directories, until the time is over. */
function* files(): Generator<string> {
  const end = performance.now() + TIME_LIMIT_MS;
  const pending = [...DIRECTORIES];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const entry of list(directory)) {
      if (performance.now() > end) {
        return;
      }
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        pending.push(path);
      } else if (entry.isFile()) {
        yield path;
      }
    }
  }
}

function list(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** The probes of an ELF file; null of any other file, which must be refused with a typed error. */
function probesOf(path: string) {
  let source: ReturnType<typeof openFileSource> | undefined;
  try {
    source = openFileSource(path);
    return readProbes(readElf(source, path));
  } catch (error) {
    expect(error, path).toBeInstanceOf(CorelensError);
    return null;
  } finally {
    source?.close();
  }
}

describeWith(["readelf"], "the binaries of this machine", () => {
  it("have the probes that readelf finds, with readable arguments", () => {
    let elfFiles = 0;
    for (const path of files()) {
      const notes = probesOf(path);
      if (notes === null) {
        continue;
      }
      elfFiles++;
      expect(notes.problems, path).toEqual([]);
      if (notes.probes.length === 0) {
        continue;
      }
      const found = parseReadelf(run("readelf", "-n", "-W", path));
      expect(notes.probes, path).toHaveLength(found.length);
      expect(notes.probes, path).toMatchObject(found);
      for (const probe of notes.probes) {
        expect(probe.fileOffset, `${path} ${probe.name}`).not.toBeNull();
        for (const argument of probe.arguments) {
          if (argument.kind === "unreadable") {
            const reviewed = REVIEWED.some((reason) => reason.test(argument.reason));
            expect(reviewed, `${path}: ${argument.text}: ${argument.reason}`).toBe(true);
          }
        }
      }
    }
    expect(elfFiles).toBeGreaterThan(100);
  }, 60_000);
});
