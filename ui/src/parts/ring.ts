import type { NetworkPeer } from "../../../src/model/peers/peer-row.ts";

/** What peers around the node are grouped by. */
export type Grouping = "type" | "network";

export interface PeerPlace {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly peer: NetworkPeer;
}

/** A group's name, and the angle of its middle. */
export interface GroupLabel {
  readonly text: string;
  readonly angle: number;
}

export interface Ring {
  readonly places: ReadonlyMap<number, PeerPlace>;
  readonly labels: readonly GroupLabel[];
  readonly radiusX: number;
  readonly radiusY: number;
}

/** Space between two groups, in peers. */
const GAP = 1.2;

/** Outbound peers come first, clockwise from the top; other groups follow by name. */
const FIRST = ["outbound-full-relay", "block-relay-only", "manual", "ipv4", "ipv6", "onion"];

/** Places every peer around the node, with space between groups. */
export function ringOf(
  peers: readonly NetworkPeer[],
  grouping: Grouping,
  width: number,
  height: number,
): Ring {
  const groups = new Map<string, NetworkPeer[]>();
  for (const peer of peers.toSorted((a, b) => a.id - b.id)) {
    const name = (grouping === "type" ? peer.connectionType : peer.network) || "unknown";
    const group = groups.get(name);
    if (group) group.push(peer);
    else groups.set(name, [peer]);
  }
  const names = [...groups.keys()].sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
  const gap = names.length > 1 ? GAP : 0;
  const whole = Math.max(1, peers.length + gap * names.length);
  const radiusX = width / 2 - Math.min(210, width * 0.2);
  const radiusY = height / 2 - 46;
  const angleOf = (position: number): number => (position / whole) * 2 * Math.PI - Math.PI / 2;
  const places = new Map<number, PeerPlace>();
  const labels: GroupLabel[] = [];
  let position = gap / 2;
  for (const name of names) {
    const group = groups.get(name)!;
    labels.push({
      text: `${name} ${group.length}`,
      angle: angleOf(position + (group.length - 1) / 2),
    });
    for (const peer of group) {
      const angle = angleOf(position++);
      const x = width / 2 + radiusX * Math.cos(angle);
      const y = height / 2 + radiusY * Math.sin(angle);
      places.set(peer.id, { x, y, angle, peer });
    }
    position += gap;
  }
  return { places, labels, radiusX, radiusY };
}

function rankOf(name: string): number {
  const rank = FIRST.indexOf(name);
  return rank < 0 ? FIRST.length : rank;
}
