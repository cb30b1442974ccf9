import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageFiles } from "../../src/commands/p2p-messages/message-files.ts";
import { CorelensError } from "../../src/errors.ts";
import { describeNeeding, root } from "../helpers/needs.ts";
import { temporaryDirectory } from "../recording/recordings.ts";

describe("what the privileged process opens for captured messages", () => {
  it("is refused for any name other than a peer's file", async () => {
    const outer = temporaryDirectory();
    const directory = join(outer, "captured");
    const { openOutput } = await messageFiles(directory);
    const names = [
      "../x",
      "/etc/cron.d/x",
      "a/../../msgs_recv.dat",
      "a/msgs_recv.dat/../x",
      "",
      ".",
    ];
    for (const name of names) await expect(openOutput(name)).rejects.toThrow(CorelensError);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 80 }), async (name) => {
        await expect(openOutput(name)).rejects.toThrow("is not a path for a peer's messages");
      }),
      { numRuns: 100 },
    );
    expect(readdirSync(outer)).toEqual([]);
  });
});

describeNeeding([root], "captured messages in a directory of root's", () => {
  it("are in files below it", async () => {
    const directory = join(temporaryDirectory(), "captured");
    const { openOutput } = await messageFiles(directory);
    await (await openOutput(null)).close();
    const file = await openOutput("203.0.113.9_8333/msgs_recv.dat");
    await file.close();
    expect(existsSync(join(directory, "203.0.113.9_8333", "msgs_recv.dat"))).toBe(true);
  });
});
