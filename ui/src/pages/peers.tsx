import { useMemo } from "preact/hooks";
import { joinPeers } from "../../../src/model/peers/peer-row.ts";
import { clock, count, printable } from "../format.ts";
import { status, viewOf } from "../live.ts";
import { Conversation } from "../parts/conversation.tsx";
import { NotKept } from "../parts/not-kept.tsx";
import { Absent, Figure, Panel } from "../parts/panel.tsx";
import { PeerFilterBox, readFilter } from "../parts/peer-filter-box.tsx";
import { VirtualTable } from "../parts/virtual-table.tsx";
import { choose, chosen } from "../route.ts";
import { appState } from "../state.ts";
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
  const asked = chosen("peer");
  const followed = rows.find(({ id }) => String(id) === asked);
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
      {asked !== null && !followed && (
        <NotKept
          what={`Peer ${printable(asked)}`}
          why="it was never seen, or left so long ago that it was forgotten"
          name="peer"
        />
      )}
      <Panel title="Peers" span={12} aside={`${count(passing.length)}${number} shown`}>
        <PeerFilterBox text={text} refusal={filter.refusal} />
        {rows.length === 0 && appState.value.kind !== "stale" ? (
          <Absent>
            No peer has been seen yet.{" "}
            {view.says === null && "Only the node itself knows of those that are silent."}
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

/** Why none of the peers that are known is shown. */
function noneText(): string {
  const state = appState.value;
  if (state.kind === "stale" && state.ended === "node") {
    return `No peer is connected: the node ended at ${clock(state.asOf)}.`;
  }
  return chosen("filter") ? "No peer passes the filter." : "No peer is connected.";
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
  if (rows.length === 0) return <Absent>{noneText()}</Absent>;
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
