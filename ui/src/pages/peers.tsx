import { useMemo } from "preact/hooks";
import { joinPeers } from "../../../src/picture/peer-row.ts";
import { count } from "../format.ts";
import { status, viewOf } from "../live.ts";
import { Conversation } from "../parts/conversation.tsx";
import { Absent, Figure, Panel } from "../parts/panel.tsx";
import { PeerFilterBox, readFilter } from "../parts/peer-filter-box.tsx";
import { VirtualTable } from "../parts/virtual-table.tsx";
import { choose, chosen } from "../route.ts";
import { type PeerColumn, peerColumns, sortedPeers } from "./peer-columns.tsx";

export function Peers() {
  const view = viewOf("peers");
  const text = chosen("filter") ?? "";
  const filter = useMemo(() => readFilter(text), [text]);
  if (!view) return <p class="waiting">Connecting …</p>;
  const rows = joinPeers(view.peers, view.says);
  const columns = peerColumns(view.says !== null);
  const now = status.value?.now ?? 0;
  // Who asks for closed connections wants to see them.
  const showsClosed = chosen("closed") === "1" || /\b(closed|evicted)\b/.test(text);
  const passing = rows.filter(
    (row) => (showsClosed || row.closed === null) && (filter.test?.(row, now) ?? true),
  );
  const open = rows.filter(({ closed }) => closed === null);
  const inbound = open.filter(({ connectionType }) => connectionType === "inbound").length;
  const silent = open.filter(({ isSilent }) => isSilent).length;
  const followed = rows.find(({ id }) => String(id) === chosen("peer"));
  const number = passing.length === rows.length ? "" : ` of ${count(rows.length)}`;
  return (
    <div class="grid">
      <dl class="figures strip span-12">
        <Figure
          label={view.says ? "connected" : "seen"}
          value={count(open.length)}
          note={`${inbound} inbound, ${open.length - inbound} outbound`}
        />
        {view.says && <Figure label="silent so far" value={count(silent)} />}
        <Figure label="opened" value={count(view.opened)} note="since tracing began" />
        <Figure label="closed" value={count(view.closed)} />
        <Figure label="evicted" value={count(view.evicted)} />
        <Figure label="misbehaved" value={count(view.misbehaved)} />
      </dl>
      {followed && <Conversation peer={followed} />}
      <Panel title="Peers" span={12} aside={`${count(passing.length)}${number} shown`}>
        <PeerFilterBox text={text} refusal={filter.refusal} />
        {rows.length === 0 ? (
          <Absent>
            No peer was seen yet.{" "}
            {view.says === null && "Those that are silent, only the node itself knows."}
          </Absent>
        ) : (
          <Table
            rows={sortedPeers(passing, columns)}
            columns={columns}
            basis={`${showsClosed} ${text}`}
          />
        )}
        {view.says === null && (
          <p class="key">
            The node is not asked, or does not answer: user agents, versions of the transport,
            synced blocks and silent peers are not known to events.
          </p>
        )}
        {view.forgotten > 0 && (
          <p class="losses">{count(view.forgotten)} more were too many to be kept.</p>
        )}
      </Panel>
    </div>
  );
}

function Table({
  rows,
  columns,
  basis,
}: {
  readonly rows: ReturnType<typeof sortedPeers>;
  readonly columns: readonly PeerColumn[];
  /** What the rows were chosen by. */
  readonly basis: string;
}) {
  const by = chosen("sort") ?? "id";
  const isDown = chosen("order") === "down";
  const onSort = (name: string): void => {
    choose("order", by === name && !isDown ? "down" : null);
    choose("sort", name);
  };
  if (rows.length === 0) return <Absent>No peer passes the filter.</Absent>;
  return (
    <VirtualTable
      label="Peers"
      rows={rows}
      columns={columns}
      keyOf={({ id }) => id}
      basis={`${by} ${isDown} ${basis}`}
      rowClass={({ closed }) => (closed === null ? "" : "idle")}
      isCurrent={({ id }) => String(id) === chosen("peer")}
      sort={{ by, isDown, onSort }}
    />
  );
}
