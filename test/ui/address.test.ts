import { describe, expect, it } from "vitest";
import { PAGES } from "../../src/dashboard/protocol/pages.ts";
import { addressFrom, addressWith, rangeOf, routeOf } from "../../ui/src/address.ts";

describe("the route of an address", () => {
  it.each(PAGES.map(({ path }) => path))("finds the page %s, with or without slashes", (path) => {
    expect(routeOf(path, "").path).toBe(path);
    expect(routeOf(`${path}//`, "").path).toBe(path);
  });

  it("keeps the path of a page that does not exist", () => {
    expect(routeOf("/Peers", "").path).toBe("/Peers");
    expect(routeOf("/constructor/", "").path).toBe("/constructor/");
  });

  it("keeps choices exactly as typed", () => {
    const { query } = routeOf("/tracepoints", "?where=size%20%3E%201kB&tracepoints=net:*&peer");
    expect(query.get("where")).toBe("size > 1kB");
    expect(query.get("tracepoints")).toBe("net:*");
    expect(query.get("peer")).toBe("");
    expect(query.get("block")).toBeNull();
  });

  it("accepts a broken query", () => {
    expect(routeOf("/", "?%&&=&%ff=1&&&").path).toBe("/");
  });
});

describe("a link to another page", () => {
  const route = routeOf("/peers", "?recording=a.corelens&range=1h&peer=7&sort=ping");

  it("keeps the recording and the range, and drops the page's own choices", () => {
    expect(addressFrom(route, "/blocks")).toBe("/blocks?recording=a.corelens&range=1h");
  });

  it("adds choices of the other page", () => {
    expect(addressFrom(route, "/peers", { peer: "9" })).toBe(
      "/peers?recording=a.corelens&range=1h&peer=9",
    );
  });

  it("leaves the recording when the choice is null", () => {
    expect(addressFrom(route, "/peers", { recording: null })).toBe("/peers?range=1h");
  });

  it("has no question mark without choices", () => {
    expect(addressFrom(routeOf("/peers", "?peer=7"), "/")).toBe("/");
    expect(addressFrom(routeOf("/peers", "?recording="), "/")).toBe("/");
  });
});

describe("a link on the same page", () => {
  const route = routeOf("/peers/", "?peer=7&sort=ping");

  it("keeps all other choices", () => {
    expect(addressWith(route, { peer: "8" })).toBe("/peers?peer=8&sort=ping");
  });

  it("removes choices that are null or empty", () => {
    expect(addressWith(route, { peer: null, sort: "" })).toBe("/peers");
  });

  it("changes nothing in the route itself", () => {
    addressWith(route, { peer: null });
    expect(route.query.get("peer")).toBe("7");
  });

  it("encodes a value so that the next route reads the same", () => {
    const where = 'network == "onion" && in_bytes > 1MB # ₿?';
    const [path, search] = addressWith(route, { where }).split("?") as [string, string];
    expect(routeOf(path, `?${search}`).query.get("where")).toBe(where);
  });
});

describe("the range of an address", () => {
  it.each([
    ["?range=5m", "5m"],
    ["?range=1h", "1h"],
    ["?range=24h", "24h"],
    ["", "5m"],
    ["?range=", "5m"],
    ["?range=30d", "5m"],
    ["?range=toString", "5m"],
  ])("%s is %s", (search, range) => {
    expect(rangeOf(routeOf("/", search))).toBe(range);
  });
});
