import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { REPOSITORY } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { BEGIN } from "../model/events.ts";
import { ask, MB } from "./kept.ts";

/** Adds seconds from the given one on, without a pause, and prints each that was written. */
const WRITER = `
import { Store } from ${JSON.stringify(`${REPOSITORY}dist/store/store.js`)};
const [path, first] = process.argv.slice(1);
const store = await Store.open(path, { maxBytes: ${100 * MB}, clock: () => second * 20_000 });
let second = Number(first);
for (;; second++) {
  store.addSecond(${BEGIN} + second * 1000, { a: second, b: 1 });
  await store.tick();
  process.stdout.write(second + "\\n");
}`;

it("a store that is killed again and again keeps what it wrote, once", async () => {
  const path = temporaryDirectory();
  let next = 0;
  for (let kill = 0; kill < 12; kill++) {
    const writer = spawn(process.execPath, ["--input-type=module", "-e", WRITER, path, `${next}`]);
    let written = "";
    writer.stdout.on("data", (chunk) => {
      written += chunk;
    });
    await once(writer.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, 20 + kill * 15));
    writer.kill("SIGKILL");
    await once(writer, "close");
    next = Number(written.trim().split("\n").at(-1)) + 2;
    const sums = (table: string) =>
      `SELECT sum(seconds)::INT AS seconds, count(DISTINCT time)::INT AS rows, max(time) AS last FROM ${table} WHERE name = 'b'`;
    const { answers, damaged } = await ask(path, sums("charts_1s"));
    expect(damaged).toEqual([]);
    const [{ seconds, rows }] = answers[0] as [{ seconds: number; rows: number }];
    expect(seconds, "no second twice").toBe(rows);
    // The kill came between the write and the print, or before the write.
    expect(seconds).toBeGreaterThanOrEqual(next - 1 - kill * 2);
  }
  expect(readdirSync(join(path, "tables", "charts_1s")).length).toBeGreaterThan(1);
});
