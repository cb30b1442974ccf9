import { expect, it } from "vitest";
import { parseDuration } from "../../src/cli/options.ts";
import { corelens } from "./run-command.ts";

it.each([
  ["10", 10_000],
  ["250ms", 250],
  ["1.5s", 1500],
  ["2m", 120_000],
  ["24h", 86_400_000],
  ["7d", 604_800_000],
])("%s takes %d ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each([
  ["1w", "ms, s, m, h or d"],
  ["", "ms, s, m, h or d"],
  ["-1s", "ms, s, m, h or d"],
  // A timer of more than 2^31 ms would end at once.
  ["600h", "at most 24d"],
  ["25d", "at most 24d"],
])("a duration of '%s' is refused", (text, why) => {
  expect(() => parseDuration(text)).toThrow(why);
});

it.each([
  [["trace", "--target", "1", "-t", "2"], "--target is given more than once"],
  [["metrics", "--target=1", "--target=1"], "--target is given more than once"],
  [["--target", "1", "--target", "2"], "--target is given more than once"],
  [["p2p-monitor", "-t1", "-t2"], "--target is given more than once"],
  [["trace", "-w", "size > 1", "--where", "size < 9"], "--where is given more than once"],
  [["count", "net:*", "--by", "node", "--by", "msg_type"], "--by is given more than once"],
  [["state", "--datadir", "/a", "--datadir", "/b"], "--datadir is given more than once"],
  [["ipc", "status", "-s", "/a", "-s", "/b"], "--socket is given more than once"],
  [["record", "a", "--rotate", "1G", "--rotate", "2G"], "One size can be given"],
  [["metrics", "--rpc", "http://127.0.0.1:1", "--no-rpc"], "--rpc and --no-rpc contradict"],
])("%j is refused: the last would win without a word", async (args, why) => {
  const { status, stderr } = await corelens(...args);
  expect(stderr).toContain(why);
  expect(status).toBe(2);
});

it("a flag may be repeated, and so may an option that collects its values", async () => {
  const { stderr } = await corelens("doctor", "--json", "-t", "/nowhere", "--json");
  expect(stderr).not.toContain("more than once");
  const record = ["record", "/nowhere/a", "--rotate", "1G", "--rotate", "1h", "-t", "/nowhere"];
  expect((await corelens(...record)).stderr).not.toContain("more than once");
});
