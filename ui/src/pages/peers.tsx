import { useMemo } from "preact/hooks";
import { joinPeers, type PeerRow } from "../../../src/model/peers/peer-row.ts";
import { clock, count, printable } from "../format.ts";
import { status, viewOf } from "../live.ts";
import { Conversation } from "../parts/conversation.tsx";
import { NotKept } from "../parts/not-kept.tsx";
import { Absent, Figure, Panel, Waiting } from "../parts/panel.tsx";
import { PeerFilterBox } from "../parts/peer-filter-box.tsx";
import { VirtualTable } from "../parts/virtual-table.tsx";
import { readFilter } from "../peer-filter.ts";
import { choose, chosen } from "../route.ts";
import { appState } from "../state.ts";
import { type PeerColumn, peerColumns, sortedPeers } from "./peer-columns.tsx";

export function Peers() {
  const view = viewOf("peers");
  const text = chosen("filter") ?? "";
  const filter = useMemo(() => readFilter(text), [text]);
  if (!view) return <Waiting />;
  const rows = joinPeers(view.peers, view.reports);
  const isAsked = view.reports !== null;
  const columns = peerColumns(isAsked);
  const now = status.value?.now ?? 0;
  // A filter on closed connections shows them.
  const showsClosed = chosen("closed") === "1" || /\b(closed|evicted)\b/.test(text);
  const passing = rows.filter(
    (row) => (showsClosed || row.closed === null) && (filter.test?.(row, now) ?? true),
  );
  const open = rows.filter(({ closed }) => closed === null);
  const inbound = open.filter(({ connectionType }) => connectionType === "inbound").length;
  const silent = open.filter(({ isSilent }) => isSilent).length;
  const asked = chosen("peer");
  const followed = findPeer(rows, asked);
  const number = passing.length === rows.length ? "" : ` of ${count(rows.length)}`;
  return (
    <div class="grid">
      <dl class="figures strip span-12">
        <Figure
          label={isAsked ? "connected peers" : "seen peers"}
          value={count(open.length)}
          note={`${inbound} inbound, ${open.length - inbound} outbound`}
        />
        {isAsked && <Figure label="silent peers" value={count(silent)} />}
        <Figure label="opened" value={count(view.opened)} note="since tracing began" />
        <Figure label="closed" value={count(view.closed)} />
        <Figure label="evicted" value={count(view.evicted)} />
        <Figure label="misbehaved" value={count(view.misbehaved)} />
      </dl>
      {followed && <Conversation peer={followed} />}
      {asked !== null && !followed && (
        <NotKept
          what={`Peer ${printable(asked)}`}
          why="it was never seen, or it left more than a minute ago"
          name="peer"
        />
      )}
      <Panel title="Peers" span={12} aside={`${count(passing.length)}${number} shown`}>
        <PeerFilterBox text={text} refusal={filter.refusal} />
        {rows.length === 0 && appState.value.kind !== "stale" ? (
          <Absent>
            No peer has been seen yet.{" "}
            {!isAsked && "Silent peers appear only if the node answers RPC or IPC."}
          </Absent>
        ) : (
          <Table
            rows={sortedPeers(passing, columns)}
            columns={columns}
            basis={`${showsClosed} ${text}`}
          />
        )}
        {!isAsked && (
          <p class="key">
            RPC and IPC are off or do not answer, so user agents, transports, synced heights and
            silent peers are unknown.
          </p>
        )}
        {view.omitted > 0 && (
          <p class="losses">
            Too many peers: {count(view.omitted)} events of other peers are omitted.
          </p>
        )}
      </Panel>
    </div>
  );
}

/** The peer with this number, an open one first. */
function findPeer(rows: readonly PeerRow[], asked: string | null): PeerRow | undefined {
  const found = rows.filter(({ id }) => String(id) === asked);
  return found.find(({ closed }) => closed === null) ?? found.at(-1);
}

/** Why the table is empty although peers are known. */
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
  /** Changes with the filter and the order of the rows. */
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
      keyOf={({ pid, id }) => `${pid}/${id}`}
      basis={`${by} ${isDown} ${basis}`}
      rowClass={({ closed }) => (closed === null ? "" : "idle")}
      isCurrent={({ id }) => String(id) === chosen("peer")}
      sort={{ by, isDown, onSort }}
    />
  );
}
