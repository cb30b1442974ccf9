import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { textIn } from "../../src/event/fields.ts";
import { blockRows, type KeptBlockChoice, readBlocks } from "../../src/store/read-blocks.ts";
import { REPOSITORY } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { eventsOf } from "../model/events.ts";
import { type KeptPlace, keptPlace, readerOf, recordingReaderOf } from "./lives.ts";

/** With a reorganisation at 930002. */
const EVENTS = eventsOf(300, 3);
const CONNECTED = EVENTS.filter(({ tracepoint }) => tracepoint === "validation:block_connected");
const HASHES = CONNECTED.map((event) => textIn(event, "hash")!);

const directory = temporaryDirectory();
let place: KeptPlace;
beforeAll(async () => {
  place = await keptPlace(directory, EVENTS);
});

describe("kept blocks", () => {
  it("are all that were connected, by hash and by its first digits", async () => {
    const reader = await readerOf(place);
    expect(HASHES.length).toBeGreaterThan(5);
    for (const [i, hash] of HASHES.entries()) {
      const [block, ...others] = await readBlocks(reader, { hash });
      expect(others).toEqual([]);
      expect(block).toMatchObject({
        hash,
        height: CONNECTED[i]!.height,
        time: expect.closeTo(CONNECTED[i]!.time, 2),
      });
      expect((await readBlocks(reader, { hash: hash.slice(0, 12) }))[0]).toEqual(block);
    }
  });

  it("of a height are those of all branches, with the reorganisation", async () => {
    const blocks = await readBlocks(await readerOf(place), { height: 930_002 });
    const seen = CONNECTED.filter(({ height }) => height === 930_002);
    expect(blocks.map(({ hash }) => hash)).toEqual(seen.map(({ hash }) => hash));
    expect(blocks.map(({ stale }) => stale)).toEqual([true, false]);
    const [old, current] = blocks;
    expect(old!.reorganisation).toMatchObject({ replaced: [old!.hash], height: 930_002, depth: 1 });
    expect(old!.life).toMatchObject({ stale: true, hash: old!.hash });
    expect(current!.reorganisation).toBeNull();
  });

  it("are the same of a recording, where their lives are complete", async () => {
    for (const hash of HASHES.slice(0, 4)) {
      const recorded = await recordingReaderOf(place, blockRows({ hash }));
      const found = await readBlocks(recorded, { hash });
      expect(found).toEqual(await readBlocks(await readerOf(place), { hash }));
    }
  });

  it("that are not kept are an error, and so are digits of several blocks", async () => {
    const first = new Date(CONNECTED[0]!.time).toISOString().slice(0, 19);
    const choices: KeptBlockChoice[] = [{ height: 1 }, { hash: "f".repeat(64) }];
    for (const choice of choices) {
      await expect(readBlocks(await readerOf(place), choice)).rejects.toMatchObject({
        code: "NOT_KEPT",
        message: expect.stringContaining(`is not kept; blocks are kept since ${first}Z`),
      });
    }
    await expect(readBlocks(await readerOf(place), { hash: "00" })).rejects.toMatchObject({
      code: "USAGE",
    });
  });
});

describe("corelens block", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [`${REPOSITORY}bin/corelens`, "block", ...args], {
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC" },
    });

  it("prints the blocks of a height", async () => {
    const { stdout, stderr, status } = run("930002", "--from", place.recording);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/block-930002.txt");
  });

  it("fails with status 3 for what is not kept, 2 for what is no block", () => {
    const { stderr, status } = run("930999", "--from", place.recording);
    expect(stderr).toContain(
      "NOT_KEPT: the recording does not show a block of height 930999; it covers",
    );
    expect(status).toBe(3);
    expect(run("12ab", "--from", place.recording).status).toBe(2);
  });
});
