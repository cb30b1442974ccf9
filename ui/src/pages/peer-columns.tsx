import type { PeerRow } from "../../../src/model/peers/peer-row.ts";
import { bytes, clock, count, duration, printable, short, span } from "../format.ts";
import { status } from "../live.ts";
import type { TableColumn } from "../parts/virtual-table.tsx";
import { chosen, open } from "../route.ts";

export interface PeerColumn extends TableColumn<PeerRow> {
  /** What it is sorted by; null is last. */
  readonly value: (row: PeerRow) => number | string | null;
}

const EVENT_COLUMNS: readonly PeerColumn[] = [
  number(
    "id",
    "peer",
    7,
    ({ id }) => id,
    undefined,
    ({ id }) => <Follow id={id} />,
  ),
  text("address", "address", 26, ({ address }) => address || null, "not told yet"),
  text("type", "connection", 18, ({ connectionType }) => connectionType || null),
  text("network", "network", 11, ({ network }) => network),
  number("since", "connected for", 12, (row) => row.since, undefined, ageText),
  number("ping", "ping", 8, ({ ping }) => ping, duration),
  number("in", "← messages", 12, ({ messagesIn }) => messagesIn, count),
  number("out", "→ messages", 12, ({ messagesOut }) => messagesOut, count),
  number("bytesIn", "← bytes", 9, ({ bytesIn }) => bytesIn, bytes),
  number("bytesOut", "→ bytes", 9, ({ bytesOut }) => bytesOut, bytes),
  text("last", "last", 16, (row) => lastText(row)),
];

/** What only the node itself tells. */
const SAID_COLUMNS: readonly PeerColumn[] = [
  text("agent", "user agent", 26, ({ says }) => says?.user_agent ?? null),
  text("transport", "transport", 10, ({ says }) => says?.transport ?? null),
  number(
    "synced",
    "synced to",
    11,
    ({ says }) => says?.synced_blocks ?? null,
    (height) => (height !== null && height < 0 ? "–" : count(height)),
  ),
  number(
    "minPing",
    "least ping",
    11,
    ({ says }) => (says?.min_ping_seconds == null ? null : says.min_ping_seconds * 1000),
    duration,
  ),
  number("feeFilter", "fee filter", 11, ({ says }) => says?.fee_filter ?? null, short),
  number("limited", "addr refused", 13, ({ says }) => says?.addresses_rate_limited ?? null, count),
];

export function peerColumns(isAsked: boolean): readonly PeerColumn[] {
  return isAsked ? [...EVENT_COLUMNS, ...SAID_COLUMNS] : EVENT_COLUMNS;
}

/** As the address has it, those that are closed last. */
export function sortedPeers(
  rows: readonly PeerRow[],
  columns: readonly PeerColumn[],
): readonly PeerRow[] {
  const name = chosen("sort") ?? "id";
  const { value } = columns.find((each) => each.name === name) ?? columns[0]!;
  const sign = chosen("order") === "down" ? -1 : 1;
  return rows.toSorted((a, b) => {
    const isClosed = Number(a.closed !== null) - Number(b.closed !== null);
    if (isClosed !== 0) return isClosed;
    const [one, two] = [value(a), value(b)];
    if (one === null || two === null) return Number(one === null) - Number(two === null);
    if (typeof one === "number" && typeof two === "number") return sign * (one - two);
    return sign * (String(one) < String(two) ? -1 : Number(one !== two));
  });
}

function number(
  name: string,
  title: string,
  width: number,
  value: (row: PeerRow) => number | null,
  format: (value: number | null) => string = count,
  cell?: PeerColumn["cell"],
): PeerColumn {
  return { name, title, width, kind: "number", value, cell: cell ?? ((row) => format(value(row))) };
}

function text(
  name: string,
  title: string,
  width: number,
  value: (row: PeerRow) => string | null,
  absent = "–",
): PeerColumn {
  const whole = (row: PeerRow): string => printable(value(row) ?? absent);
  return { name, title, width, kind: "text", value, cell: whole, whole };
}

function Follow({ id }: { readonly id: number }) {
  const isFollowed = chosen("peer") === String(id);
  return (
    <button
      type="button"
      class="link"
      aria-pressed={isFollowed}
      aria-label={`Follow peer ${id}`}
      onClick={() => open({ peer: isFollowed ? null : String(id) })}
    >
      {id}
    </button>
  );
}

function ageText({ since, firstSeen }: PeerRow): string {
  const now = status.value?.now ?? 0;
  return since === null ? `over ${span(now - firstSeen)}` : span(now - since);
}

function lastText({ closed, evicted, lastType, lastSeen, isSilent }: PeerRow): string {
  if (closed !== null) return `${evicted ? "evicted" : "closed"} ${clock(closed)}`;
  if (isSilent) return "nothing yet";
  const now = status.value?.now ?? 0;
  return `${lastType ?? "connected"}, ${span(now - lastSeen)}`;
}
