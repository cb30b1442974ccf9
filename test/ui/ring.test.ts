import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NetworkPeer } from "../../src/model/peers/peer-row.ts";
import { ringOf } from "../../ui/src/parts/ring.ts";

const WIDTH = 1000;
const HEIGHT = 600;

function peer(id: number, connectionType: string, network: string | null = "ipv4"): NetworkPeer {
  return { id, address: `10.0.0.${id}:8333`, connectionType, network, closed: false };
}

const anyPeers = fc
  .uniqueArray(
    fc.record({
      id: fc.nat(5000),
      connectionType: fc.constantFrom("inbound", "manual", "block-relay-only", "", "constructor"),
      network: fc.option(fc.constantFrom("onion", "ipv4", "cjdns", "__proto__")),
    }),
    { selector: ({ id }) => id, maxLength: 200 },
  )
  .map((peers) => peers.map((each) => peer(each.id, each.connectionType, each.network)));

describe("the ring of peers", () => {
  it("is empty without peers", () => {
    const { places, labels } = ringOf([], "type", WIDTH, HEIGHT);
    expect([places.size, labels]).toEqual([0, []]);
  });

  it("begins at the top with a single group, and is sorted by id", () => {
    const { places } = ringOf([peer(9, "inbound"), peer(2, "inbound")], "type", WIDTH, HEIGHT);
    expect([...places.keys()]).toEqual([2, 9]);
    expect(places.get(2)!.x).toBeCloseTo(WIDTH / 2);
    expect(places.get(2)!.y).toBeLessThan(HEIGHT / 2);
    expect(places.get(9)!.y).toBeGreaterThan(HEIGHT / 2);
  });

  it("has outbound groups first, then other groups by name", () => {
    const types = ["inbound", "feeler", "manual", "outbound-full-relay", "block-relay-only"];
    const { labels } = ringOf(
      types.map((type, id) => peer(id, type)),
      "type",
      WIDTH,
      HEIGHT,
    );
    expect(labels.map(({ text }) => text)).toEqual([
      "outbound-full-relay 1",
      "block-relay-only 1",
      "manual 1",
      "feeler 1",
      "inbound 1",
    ]);
  });

  it("groups by network, with unknown ones together", () => {
    const peers = [peer(1, "inbound", null), peer(2, "manual", "onion"), peer(3, "manual", null)];
    const { labels } = ringOf(peers, "network", WIDTH, HEIGHT);
    expect(labels.map(({ text }) => text)).toEqual(["onion 1", "unknown 2"]);
  });

  it("has a wider gap between groups than between peers of a group", () => {
    const peers = [peer(1, "manual"), peer(2, "manual"), peer(3, "inbound")];
    const { places } = ringOf(peers, "type", WIDTH, HEIGHT);
    const [first, second, third] = [1, 2, 3].map((id) => places.get(id)!.angle) as [
      number,
      number,
      number,
    ];
    expect(third - second).toBeGreaterThan(2 * (second - first));
  });

  it("has a different place on the ellipse for every peer", () => {
    fc.assert(
      fc.property(anyPeers, fc.constantFrom("type", "network"), (peers, grouping) => {
        const ring = ringOf(peers, grouping, WIDTH, HEIGHT);
        expect(ring.places.size).toBe(peers.length);
        const places = [...ring.places.values()];
        expect(new Set(places.map(({ angle }) => angle.toFixed(9))).size).toBe(peers.length);
        for (const { x, y } of places) {
          const squares = ((x - WIDTH / 2) / ring.radiusX) ** 2;
          expect(squares + ((y - HEIGHT / 2) / ring.radiusY) ** 2).toBeCloseTo(1);
        }
        const counts = ring.labels.map(({ text }) => Number(text.split(" ").at(-1)));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(peers.length);
      }),
      { numRuns: 60 },
    );
  });
});
