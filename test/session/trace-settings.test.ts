import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_PEERS_FOLLOWED, parseTraceSettings } from "../../src/event/trace-settings.ts";
import { followPeers } from "../../src/session/attach/follow-peers.ts";
import { fromWorker } from "../../src/session/privilege/messages.ts";

describe("the changes that a worker may request", () => {
  it("are tracepoint names and peers", () => {
    const settings = { off: ["utxocache:add"], peers: [0, 12] };
    expect(parseTraceSettings({ ...settings, path: "/etc/shadow" })).toEqual(settings);
    expect(fromWorker({ type: "settings", settings })).toEqual({ type: "settings", settings });
  });

  it("are nothing else", () => {
    for (const json of [
      null,
      { off: [] },
      { off: ["a:b"], peers: ["1 || true"] },
      { off: ["a:b"], peers: [1.5] },
      { off: ["a:b"], peers: [-1] },
      { off: [5], peers: [] },
      { off: ["x".repeat(201)], peers: [] },
      { off: Array(201).fill("a:b"), peers: [] },
      { off: [], peers: Array(MAX_PEERS_FOLLOWED + 1).fill(1) },
    ]) {
      expect(parseTraceSettings(json), JSON.stringify(json)).toBeNull();
      expect(fromWorker({ type: "settings", settings: json })).toBeNull();
    }
    fc.assert(fc.property(fc.anything(), (json) => void parseTraceSettings(json)));
  });
});

describe("the plan for followed peers", () => {
  const everything = { patterns: [], fields: null, where: null };

  it("changes nothing without followed peers, or if no messages are requested", () => {
    expect(followPeers(everything, [])).toEqual([everything]);
    const coins = { ...everything, patterns: ["utxocache:*"] };
    expect(followPeers(coins, [1])).toEqual([coins]);
  });

  it("splits messages by peer, within the query", () => {
    const large = { ...everything, patterns: ["net:inbound_*"], where: "size > 5 || size < 2" };
    expect(followPeers(large, [1, 7])).toMatchObject([
      { patterns: ["net:inbound_*"], where: "size > 5 || size < 2" },
      {
        patterns: ["net:inbound_message"],
        where: "(size > 5 || size < 2) && !(peer_id in (1, 7))",
        fields: null,
      },
      {
        patterns: ["net:inbound_message"],
        where: "(size > 5 || size < 2) && peer_id in (1, 7)",
        fields: ["*"],
      },
    ]);
  });
});
