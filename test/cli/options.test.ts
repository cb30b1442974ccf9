import { expect, it } from "vitest";
import { collectNames, parseDuration, parseTime } from "../../src/terminal/parse-option.ts";
import { parseListen, servedAt } from "../../src/terminal/serving-options.ts";
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
  ["2026-11-20", new Date(2026, 10, 20)],
  ["2026-11-20 14:00", new Date(2026, 10, 20, 14)],
  ["2026-11-20T14:00:08.5", new Date(2026, 10, 20, 14, 0, 8, 500)],
  ["2026-11-20T14:00Z", new Date("2026-11-20T14:00:00Z")],
])("%s is a moment", (text, moment) => {
  expect(parseTime(text)).toBe(moment.getTime());
});

it("a time without a day is the last time that it was, a duration is so long ago", () => {
  const now = Date.now();
  const time = parseTime("14:00");
  expect(new Date(time).getHours()).toBe(14);
  expect(time).toBeLessThanOrEqual(Date.now());
  expect(time).toBeGreaterThan(now - 25 * 3_600_000);
  expect(Math.abs(parseTime("24h") - (now - 24 * 3_600_000))).toBeLessThan(60_000);
});

it.each(["", "foo", "14", "25:00", "2026-13-01", "2026-11-20 ", "Z"])(
  "a time of '%s' is refused",
  (text) => {
    expect(() => parseTime(text)).toThrow("A time is 14:00");
  },
);

it.each([
  ["0.0.0.0", { host: "0.0.0.0", port: null }],
  ["127.0.0.1:9000", { host: "127.0.0.1", port: 9000 }],
  ["localhost:0", { host: "localhost", port: 0 }],
  [":9000", { host: "127.0.0.1", port: 9000 }],
  ["::1", { host: "::1", port: null }],
  ["::", { host: "::", port: null }],
  ["[::1]:9000", { host: "::1", port: 9000 }],
  ["[::1]", { host: "::1", port: null }],
])("--listen %s is an address, and maybe a port", (text, listen) => {
  expect(parseListen(text)).toEqual(listen);
});

it.each(["", ":", "a b:1", "127.0.0.1:", "127.0.0.1:99999", "[127.0.0.1]:1", "::1:9000:x", "[::1"])(
  "--listen '%s' is refused",
  (text) => {
    expect(() => parseListen(text)).toThrow();
  },
);

it("two ports must be equal", () => {
  const listen = { host: "127.0.0.1", port: 9000 };
  expect(servedAt({ listen, port: 9000 })).toEqual(listen);
  expect(servedAt({ listen: { ...listen, port: null }, port: 9000 })).toEqual(listen);
  expect(() => servedAt({ listen, port: 9001 })).toThrow(
    expect.objectContaining({
      code: "USAGE",
      message: "--listen names port 9000, --port names 9001",
    }),
  );
});

it("names are separated by commas or spaces", () => {
  expect(collectNames("c", collectNames("a, b"))).toEqual(["a", "b", "c"]);
  expect(() => collectNames(",")).toThrow("separated by commas");
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

it.each([
  [["--sources", "usdt,ipc"], "--cause needs --sources usdt"],
  [["--sample", "1/10"], "--cause cannot be combined with --sample"],
  [["--rate", "10"], "--cause cannot be combined with --rate"],
  [["--explain"], "--cause cannot be combined with --explain"],
])("--cause is refused with %j, which would leave events without causes", async (more, why) => {
  const { status, stderr } = await corelens("trace", "--cause", ...more);
  expect(stderr).toContain(why);
  expect(status).toBe(2);
});
