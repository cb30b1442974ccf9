import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { NodeModel } from "../../src/model/node-model.ts";
import { PEER_NAMES, parsePeerFilter } from "../../src/model/peers/peer-filter.ts";
import { joinPeers } from "../../src/model/peers/peer-row.ts";
import { QueryError } from "../../src/query/query-error.ts";
import { BEGIN, event, message } from "./events.ts";
import { peerSays } from "./peers-said.ts";

const picture = new NodeModel(BEGIN);
picture.see(message("inbound", 100, 1, "tx", 2_000_000));
picture.see(message("outbound", 100, 2, "ping", 8));
picture.see(message("inbound", 340, 2, "pong", 8));
picture.see(event("net:inbound_connection", 400, { peer_id: 3, address: "ä.onion:8333" }));
picture.see(event("net:closed_connection", 500, { peer_id: 3 }));
const ROWS = joinPeers(picture.view("peers").peers, [peerSays(1), peerSays(9)]);

function passing(text: string): number[] {
  const test = parsePeerFilter(text);
  return ROWS.filter((row) => test(row, BEGIN + 1000)).map(({ id }) => id);
}

describe("a filter of peers", () => {
  it.each([
    ["in_bytes > 1MB", [1]],
    ['connection_type == "inbound"', [9]],
    ["ping >= 240ms", [1, 2, 9]],
    ["ping == 240ms || min_ping == 125ms", [1, 2, 9]],
    ["!(ping > 240ms)", [2]],
    ['contains(user_agent, "shop") && network == "ipv4"', [1, 9]],
    ['starts_with(address, "ä")', [3]],
    ["closed", [3]],
    ["!closed && rate_limited > 0", [1, 9]],
    ["peer_id in (2, 9) && last_type == 'pong'", [2]],
    ["idle > 500ms && !closed && in_messages > 0", [1, 2]],
  ])("is the query %s", (text, ids) => {
    expect(passing(text)).toEqual(ids);
  });

  it.each([
    ["203.0.113", [1, 2]],
    ["SATOSHI:31.0.0(SHOP)", [1, 9]],
    ["onion", [3]],
    ["pong", [2]],
  ])("is the text %s", (text, ids) => {
    expect(passing(text)).toEqual(ids);
  });

  it("a peer whose value is unknown does not pass", () => {
    expect(passing('user_agent != "x"')).toEqual([1, 9]);
    expect(passing("synced_blocks < 1 || synced_blocks >= 1")).toEqual([1, 9]);
  });

  it("with an error is refused with its place", () => {
    const refusal = (text: string): QueryError => {
      try {
        parsePeerFilter(text);
      } catch (error) {
        if (error instanceof QueryError) return error;
        throw error;
      }
      throw new Error(`${text} was taken`);
    };
    expect(refusal("pings > 3ms")).toMatchObject({ code: "QUERY_TYPE" });
    expect(refusal("pings > 3ms").cure).toContain("ping");
    expect(refusal("in_bytes > 3ms").message).toContain("in_bytes is in B");
    expect(refusal("cpu > 1").message).toBe("there is no field cpu in a peer");
    expect(refusal("ping >").excerpt[1]).toContain("^");
  });

  it("accepts each name of its list", () => {
    const values: Record<string, string> = { text: '"a"', "yes or no": "true" };
    for (const { name, kind } of PEER_NAMES) {
      const value = values[kind] ?? "1";
      expect(() => parsePeerFilter(`${name} == ${value}`), name).not.toThrow();
    }
  });

  it("docs/monitors.md lists each name with its meaning", () => {
    const text = readFileSync(new URL("../../docs/monitors.md", import.meta.url), "utf8");
    const rows = PEER_NAMES.map(
      ({ name, kind, meaning }) => `| \`${name}\` | ${kind} | ${meaning} |`,
    );
    expect(text).toContain(rows.join("\n"));
  });
});
