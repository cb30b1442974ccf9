import { usefulPercent } from "../../../src/model/peers/peer-filter.ts";
import type { PeerRow } from "../../../src/model/peers/peer-row.ts";
import { bytes, clock, count, duration, printable, short, span } from "../format.ts";
import { status } from "../live.ts";
import type { TableColumn } from "../parts/table.tsx";
import { chosen, open } from "../route.ts";

export interface PeerColumn extends TableColumn<PeerRow> {
  /** The value to sort by; null comes last. */
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
  text("address", "address", 26, ({ address }) => address || null, "unknown"),
  text("type", "connection type", 18, ({ connectionType }) => connectionType || null),
  text("network", "network", 11, ({ network }) => network),
  number("since", "connected for", 12, (row) => row.since, undefined, ageText),
  number("ping", "ping", 8, ({ ping }) => ping, duration),
  number("rateIn", "← /s", 7, (row) => row.in.messageRate, short),
  number("rateOut", "→ /s", 7, (row) => row.out.messageRate, short),
  number("in", "← messages", 12, (row) => row.in.messages, count),
  number("out", "→ messages", 12, (row) => row.out.messages, count),
  number("bytesIn", "← bytes", 9, (row) => row.in.bytes, bytes),
  number("bytesOut", "→ bytes", 9, (row) => row.out.bytes, bytes),
  number("useful", "useful", 8, usefulPercent, percentText),
  text("last", "last message", 22, (row) => lastText(row)),
];

/** Columns whose values come only from RPC or IPC. */
const REPORT_COLUMNS: readonly PeerColumn[] = [
  text("agent", "user agent", 26, ({ report }) => report?.user_agent ?? null),
  text("transport", "transport", 10, ({ report }) => report?.transport ?? null),
  number(
    "synced",
    "synced height",
    13,
    ({ report }) => report?.synced_blocks ?? null,
    (height) => (height !== null && height < 0 ? "–" : count(height)),
  ),
  number("minPing", "min ping", 11, ({ minPing }) => minPing, duration),
  number("feeFilter", "fee filter", 11, ({ report }) => report?.fee_filter ?? null, short),
  number(
    "limited",
    "addr rate-limited",
    17,
    ({ report }) => report?.addresses_rate_limited ?? null,
    count,
  ),
];

export function peerColumns(isAsked: boolean): readonly PeerColumn[] {
  return isAsked ? [...EVENT_COLUMNS, ...REPORT_COLUMNS] : EVENT_COLUMNS;
}

/** The peers in the order that the address names; closed connections come last. */
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

function percentText(value: number | null): string {
  return value === null ? "–" : `${Math.round(value)} %`;
}

function ageText({ since, firstSeen }: PeerRow): string {
  const now = status.value?.now ?? 0;
  return since === null ? `over ${span(now - firstSeen)}` : span(now - since);
}

function lastText({ closed, evicted, lastType, lastSeen, isSilent }: PeerRow): string {
  if (closed !== null) return `${evicted ? "evicted" : "closed"} ${clock(closed)}`;
  if (isSilent) return "none yet";
  const now = status.value?.now ?? 0;
  return `${lastType ?? "connected"}, ${span(now - lastSeen)} ago`;
}
