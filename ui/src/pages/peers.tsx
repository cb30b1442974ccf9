import type { PeerView } from "../../../src/picture/peers.ts";
import type { Sections } from "../../../src/picture/picture.ts";
import { bytes, clock, count, duration, printable, span } from "../format.ts";
import { status, viewOf } from "../live.ts";
import { Conversation } from "../parts/conversation.tsx";
import { Absent, Figure, Panel } from "../parts/panel.tsx";
import { choose, chosen } from "../route.ts";

type Says = NonNullable<Sections["peers"]["says"]>[number];
type Row = PeerView & { readonly says: Says | undefined };

interface Column {
  readonly name: string;
  readonly title: string;
  readonly value: (row: Row) => number | string | null;
  readonly text: (row: Row) => string;
  readonly isText?: boolean;
}

const COLUMNS: readonly Column[] = [
  { name: "id", title: "peer", value: ({ id }) => id, text: ({ id }) => String(id) },
  {
    name: "address",
    title: "address",
    value: ({ address }) => address,
    text: ({ address }) => printable(address || "not told yet"),
    isText: true,
  },
  {
    name: "type",
    title: "connection",
    value: ({ connectionType }) => connectionType,
    text: ({ connectionType }) => printable(connectionType || "–"),
    isText: true,
  },
  {
    name: "network",
    title: "network",
    value: (row) => row.network ?? row.says?.network ?? null,
    text: (row) => row.network ?? row.says?.network ?? "–",
    isText: true,
  },
  {
    name: "since",
    title: "connected for",
    value: ({ since, says }) => since ?? (says?.time_connected ?? 0) * 1000,
    text: ({ since, says, firstSeen }) => ageText(since, says, firstSeen),
  },
  {
    name: "ping",
    title: "ping",
    value: ({ ping }) => ping,
    text: ({ ping }) => duration(ping),
  },
  {
    name: "in",
    title: "← messages",
    value: ({ messagesIn }) => messagesIn,
    text: ({ messagesIn }) => count(messagesIn),
  },
  {
    name: "out",
    title: "→ messages",
    value: ({ messagesOut }) => messagesOut,
    text: ({ messagesOut }) => count(messagesOut),
  },
  {
    name: "bytesIn",
    title: "← bytes",
    value: ({ bytesIn }) => bytesIn,
    text: ({ bytesIn }) => bytes(bytesIn),
  },
  {
    name: "bytesOut",
    title: "→ bytes",
    value: ({ bytesOut }) => bytesOut,
    text: ({ bytesOut }) => bytes(bytesOut),
  },
];

const USER_AGENT: Column = {
  name: "agent",
  title: "user agent",
  value: ({ says }) => says?.user_agent ?? null,
  text: ({ says }) => printable(says?.user_agent ?? "–"),
  isText: true,
};

export function Peers() {
  const view = viewOf("peers");
  if (!view) return <p class="waiting">Connecting …</p>;
  const says = new Map(view.says?.map((peer) => [peer.peer_id, peer]));
  const rows = view.peers.map((peer) => ({ ...peer, says: says.get(peer.id) }));
  const columns = view.says ? [...COLUMNS, USER_AGENT] : COLUMNS;
  const wanted = (chosen("filter") ?? "").toLowerCase();
  const passing = rows.filter((row) =>
    columns.some((column) => column.isText && column.text(row).toLowerCase().includes(wanted)),
  );
  const open = rows.filter(({ closed }) => closed === null);
  const inbound = open.filter(({ connectionType }) => connectionType === "inbound").length;
  const followed = rows.find(({ id }) => String(id) === chosen("peer"));
  return (
    <div class="grid">
      <dl class="figures strip span-12">
        <Figure
          label="heard of"
          value={count(open.length)}
          note={`${inbound} inbound, ${open.length - inbound} outbound`}
        />
        <Figure label="connected" value={count(view.opened)} note="since tracing began" />
        <Figure label="closed" value={count(view.closed)} />
        <Figure label="evicted" value={count(view.evicted)} />
        <Figure label="misbehaved" value={count(view.misbehaved)} />
      </dl>
      {followed && <Conversation peer={followed} />}
      <Panel
        title="Peers"
        span={12}
        aside={
          <input
            type="search"
            class="filter"
            placeholder="filter"
            aria-label="Show only peers with this text"
            value={chosen("filter") ?? ""}
            onInput={(event) => choose("filter", event.currentTarget.value)}
          />
        }
      >
        {rows.length === 0 ? (
          <Absent>No peer was heard of yet. Those that are silent are not known to events.</Absent>
        ) : (
          <Table rows={sorted(passing, columns)} columns={columns} />
        )}
        {view.forgotten > 0 && (
          <p class="losses">{count(view.forgotten)} more were too many to be kept.</p>
        )}
      </Panel>
    </div>
  );
}

function sorted(rows: readonly Row[], columns: readonly Column[]): readonly Row[] {
  const name = chosen("sort") ?? "id";
  const column = columns.find((each) => each.name === name) ?? columns[0]!;
  const sign = chosen("order") === "down" ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [one, two] = [column.value(a), column.value(b)];
    if (one === null || two === null) return Number(one === null) - Number(two === null);
    if (typeof one === "number" && typeof two === "number") return sign * (one - two);
    return sign * String(one).localeCompare(String(two));
  });
}

function Table({
  rows,
  columns,
}: {
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
}) {
  const by = chosen("sort") ?? "id";
  const isDown = chosen("order") === "down";
  const sort = (name: string): void => {
    choose("order", by === name && !isDown ? "down" : null);
    choose("sort", name);
  };
  return (
    <div class="scroll">
      <table class="peers">
        <thead>
          <tr>
            {columns.map(({ name, title, isText }) => (
              <th
                key={name}
                class={isText ? "" : "number"}
                aria-sort={by === name ? (isDown ? "descending" : "ascending") : "none"}
              >
                <button type="button" class="link" onClick={() => sort(name)}>
                  {title}
                  {by === name && (isDown ? " ↓" : " ↑")}
                </button>
              </th>
            ))}
            <th>last</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} class={row.closed === null ? "" : "idle"}>
              {columns.map((column) => (
                <td
                  key={column.name}
                  class={column.isText ? "text" : "number"}
                  title={column.isText ? column.text(row) : undefined}
                >
                  {column.name === "id" ? <Follow id={row.id} /> : column.text(row)}
                </td>
              ))}
              <td>{lastText(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Follow({ id }: { readonly id: number }) {
  const isFollowed = chosen("peer") === String(id);
  return (
    <button
      type="button"
      class="link"
      aria-pressed={isFollowed}
      aria-label={`Follow peer ${id}`}
      onClick={() => choose("peer", isFollowed ? null : String(id))}
    >
      {id}
    </button>
  );
}

function ageText(since: number | null, says: Says | undefined, firstSeen: number): string {
  const now = status.value?.now ?? 0;
  const begin = since ?? (says?.time_connected == null ? null : says.time_connected * 1000);
  return begin === null ? `over ${span(now - firstSeen)}` : span(now - begin);
}

function lastText({ closed, evicted, lastType, lastSeen }: Row): string {
  if (closed !== null) return `${evicted ? "evicted" : "closed"} ${clock(closed)}`;
  const now = status.value?.now ?? 0;
  return `${printable(lastType ?? "connected")}, ${span(now - lastSeen)}`;
}
