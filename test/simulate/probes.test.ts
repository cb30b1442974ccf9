import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { shapeOf } from "../../src/contract/shape.ts";
import { loadLibrary } from "../../src/kernel/library.ts";
import { layoutsOf } from "../../src/simulate/layouts.ts";
import { declareProbes } from "../../src/simulate/probes.ts";
import { firstMinutes } from "./events.ts";

const linux = process.platform === "linux";
const missing = spawnSync("readelf", ["--version"]).error !== undefined;
const skip = !linux || (missing && process.env.CI !== "true");

const LAYOUTS = layoutsOf(31);
const directory = mkdtempSync(join(tmpdir(), "corelens-simulate-"));
afterAll(() => rmSync(directory, { recursive: true }));

describe("the simulated node's probes", () => {
  it.skipIf(skip).each([{ release: 23 }, { release: 31 }, { release: "draft" as const }])(
    `of release $release are what readelf lists${missing ? " (skipped: needs readelf)" : ""}`,
    ({ release }) => {
      const { file } = declareProbes(release, { file: join(directory, `${release}.so`) });
      const notes = execFileSync("readelf", ["-n", file!], { encoding: "utf8" });
      const listed = [
        ...notes.matchAll(/Provider: (\w+)\s+Name: (\w+).*?Arguments: ([^\n]*)/gs),
      ].map(
        ([, provider, name, args]) =>
          `${provider}:${name} ${args!
            .trim()
            .split(" ")
            .map((arg) => arg.split("@")[0])
            .join(" ")}`,
      );
      const declared = [...layoutsOf(release)].map(([name, fields]) => {
        const sizes = fields.map(({ type }) => {
          const { size, signed } = shapeOf(type);
          return signed ? -size : size;
        });
        return `${name} ${sizes.join(" ")}`;
      });
      expect(listed.sort()).toEqual(declared.sort());
    },
  );

  it.skipIf(!linux)("do not read an event's arguments while no tracer is attached", () => {
    const { file, fire } = declareProbes(31, { file: join(directory, "idle.so") });
    const semaphores = new Uint16Array(loadLibrary(file!).view("semaphores", 2 * LAYOUTS.size));
    const events = [...firstMinutes(1, { seed: 1 })].slice(0, 1000);
    let reads = 0;
    const fireAll = () => {
      for (const event of events) {
        const args = new Proxy(event.args, {
          get: (all, name: string) => {
            reads++;
            return all[name];
          },
        });
        fire({ ...event, args });
      }
    };
    fireAll();
    expect(reads).toBe(0);
    // What attaching tracers do.
    semaphores.fill(1);
    fireAll();
    expect(reads).toBeGreaterThan(events.length);
  });
});
