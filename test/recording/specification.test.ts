import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { eventJson } from "../../src/event/json.ts";
import { describeNeeding, tool } from "../helpers/needs.ts";
import { record, SIMULATED_KINDS, simulatedEvents, temporaryDirectory } from "./recordings.ts";

const READER = fileURLToPath(new URL("independent-reader.py", import.meta.url));

describeNeeding([tool("python3")], "a recording", () => {
  it.each(["none", "gzip"] as const)(
    "has the format of docs/recording.md, with codec %s",
    async (codec) => {
      const path = join(temporaryDirectory(), "events");
      const [first, second, ...rest] = simulatedEvents(5000);
      const events = [
        { tracepoint: "corelens:ended" as const, time: 1_795_249_000_000.125, pid: 4711 },
        { ...first!, ktime: 2n ** 63n + 1n, thread: null },
        { ...second!, size: null, truncated: ["address"], unreadable: ["size"] },
        ...rest,
      ];
      await record(path, SIMULATED_KINDS, events, { codec, batch: 700 });
      const printed = execFileSync("python3", [READER, path], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
      });
      expect(printed.split("\n").slice(0, -1)).toEqual(events.map(eventJson));
    },
  );
});
