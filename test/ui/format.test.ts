import { describe, expect, it } from "vitest";
import * as format from "../../ui/src/format.ts";

describe("a number on a page", () => {
  it("is a dash when it is unknown", () => {
    const { count, short, bytes, duration, nanoseconds, sat, amount, hashEnds } = format;
    for (const text of [count, short, bytes, duration, nanoseconds, sat, amount]) {
      expect(text(null)).toBe("–");
    }
    expect(hashEnds(null)).toBe("–");
  });

  it.each([
    [0, "0"],
    [0.004, "0.00"],
    [1.2, "1.20"],
    [-1.2, "-1.20"],
    [34, "34.0"],
    [100, "100"],
    [5600.4, "5,600"],
  ])("%d has three digits: %s", (value, text) => {
    expect(format.short(value)).toBe(text);
  });

  it.each([
    [0, "0"],
    [0.5, "0.5"],
    [1234, "1230"],
    [10_000, "10k"],
    [12_500_000, "12.5M"],
    [999_999, "1000k"],
    [3e10, "30G"],
  ])("%d at the mark of an axis is %s", (value, text) => {
    expect(format.mark(value)).toBe(text);
  });

  it("has the unit that fits", () => {
    expect(format.bytes(60_000)).toBe("60 kB");
    expect(format.byteMark(60_000)).toBe("60 kB/s");
    expect(format.duration(1.5)).toBe("1.50 ms");
    expect(format.nanoseconds(812_000)).toBe("812 µs");
    expect(format.span(11_400_000)).toBe("3 h 10 min");
    expect(format.sat(1234.4)).toBe("1,234 sat");
    expect(format.amount(250_000_000)).toBe("2.5000 BTC");
  });
});

describe("a time on a page", () => {
  const noon = new Date(2026, 0, 2, 12, 3, 4, 56).getTime();

  it("is the browser's local time, with 24 hours", () => {
    expect(format.clock(noon)).toBe("12:03:04");
    expect(format.fineClock(noon)).toBe("12:03:04.056");
    expect(format.clock(new Date(2026, 0, 2, 0, 0, 0).getTime())).toBe("00:00:00");
    expect(format.date(noon)).toBe("Jan 2, 2026");
  });

  it("is a dash when it is out of range", () => {
    expect(format.clock(8.65e15)).toBe("–");
    expect(format.date(-8.65e15)).toBe("–");
    expect(format.clock(Number.NaN)).toBe("–");
  });
});

describe("a hash on a page", () => {
  it("is shown by its ends, the last ones longer since block hashes begin with zeros", () => {
    const hash = `000000${"a".repeat(50)}12345678`;
    expect(format.hashEnds(hash)).toBe("000000…12345678");
  });

  it("is whole when it is short", () => {
    expect(format.hashEnds("0123456789abcdef")).toBe("0123456789abcdef");
  });
});

describe("a text of a peer", () => {
  it("shows control characters and those that reverse text", () => {
    expect(format.printable("/a\u0000\u001b[2J\u202eb\u2028/")).toBe(
      "/a\\x00\\x1b[2J\\x202eb\\x2028/",
    );
  });

  it("keeps letters of all scripts", () => {
    expect(format.printable("/Ünïcode:₿ 测试/")).toBe("/Ünïcode:₿ 测试/");
  });
});
