import type { RawEvent } from "../../event/event.ts";
import { numberIn, textIn } from "../../event/fields.ts";
import { isNotice, type StreamEvent } from "../../event/notice.ts";
import { connectedBlock } from "../blocks/connected-block.ts";
import { MAX_CONNECTED } from "../blocks/node-blocks.ts";
import type { Reorganisation } from "../chain/reorganisation.ts";
import { flushOf } from "../coins/flushes.ts";
import type { PeerReport } from "../node-report.ts";
import type { Peer } from "../peers/peer.ts";
import type { Moment } from "../sections.ts";
import { secondsSince } from "../values.ts";
import { blockRow, connectedRow } from "./block-row.ts";
import { connectionRow } from "./connection-row.ts";
import { incidentRow } from "./incident-row.ts";
import type { KeptRow, KeptTableName } from "./tables.ts";

/** Rows by table, oldest first. */
export type KeptRowsByTable = { [Name in KeptTableName]: KeptRow<Name>[] };

/** What is known of the last row of a connection. */
interface KeptConnection {
  readonly time: number;
  readonly isClosed: boolean;
  /** What the node reported of the peer. */
  readonly reported: PeerReport | undefined;
}

/** Slower peers announce a block and the mempool loses its transactions in this time. */
const BLOCK_MS = 30_000;
/** The row of an open connection is renewed after this time. */
export const RENEWAL_MS = 5 * 60_000;

/**
 * Makes the rows that are kept from the events and the folds of a node. What lasts has a row when it begins, and later
 * rows when more is known: of a block when its life is complete, of a connection when it closes.
 */
export class KeptRows {
  #rows = noRows();
  /** The time of the next row of a connected block, by hash. */
  readonly #due = new Map<string, number>();
  readonly #connections = new WeakMap<Peer, KeptConnection>();
  #reorganisations = new Set<Reorganisation>();
  #renewal = RENEWAL_MS;

  see(event: StreamEvent): void {
    if (isNotice(event)) return;
    switch (event.tracepoint) {
      case "mempool:added":
      case "mempool:removed":
      case "mempool:rejected":
        this.#rows.transactions.push(transactionRow(event));
        break;
      case "mempool:replaced":
        this.#rows.transactions.push(replacedRow(event));
        break;
      case "utxocache:flush":
        this.#rows.flushes.push(flushRow(event));
        break;
      case "validation:block_connected":
        this.#connected(event);
    }
  }

  /** The rows since the last call. Call it every second. */
  take(moment: Moment): KeptRowsByTable {
    this.#addReorganisations(moment);
    this.#addBlocks(moment);
    this.#addConnections(moment);
    for (const incident of moment.incidents.takeChanges()) {
      this.#rows.incidents.push(incidentRow(incident, moment.now));
    }
    const rows = this.#rows;
    this.#rows = noRows();
    return rows;
  }

  /** The rows since the last call, at the end of the events: also those that would wait for more. */
  rest(moment: Moment): KeptRowsByTable {
    for (const hash of this.#due.keys()) this.#due.set(hash, moment.now);
    this.#renewal = 0;
    return this.take(moment);
  }

  #connected(event: RawEvent): void {
    const block = connectedBlock(event);
    this.#rows.blocks.push(connectedRow(block, event.pid, event.time));
    if (block.hash === null) return;
    this.#due.set(block.hash, event.time + BLOCK_MS);
    // While the node catches up, only the last blocks get a second row.
    const [oldest] = this.#due.keys();
    if (this.#due.size > MAX_CONNECTED) this.#due.delete(oldest!);
  }

  #addBlocks({ blocks, now }: Moment): void {
    const ready = [...this.#due].filter(([, at]) => at <= now).map(([hash]) => hash);
    if (ready.length === 0) return;
    const documents = blocks.view().blocks;
    for (const hash of ready) {
      this.#due.delete(hash);
      const document = documents.find((each) => each.hash === hash);
      if (document) this.#rows.blocks.push(blockRow(document, now));
    }
  }

  #addReorganisations({ chain, now }: Moment): void {
    for (const reorganisation of chain.recent.toReversed()) {
      // A changed one is another object.
      if (this.#reorganisations.has(reorganisation)) continue;
      this.#rows.reorganisations.push(reorganisationRow(reorganisation, now));
      for (const hash of reorganisation.replaced) this.#due.set(hash, now);
    }
    this.#reorganisations = new Set(chain.recent);
  }

  #addConnections({ peers, report, now }: Moment): void {
    const reports = new Map(report?.peers?.map((each) => [each.peer_id, each]));
    for (const peer of peers.all) {
      const isClosed = peer.closed !== null;
      const kept = this.#connections.get(peer);
      if (kept?.isClosed) continue;
      // The node no longer reports a closed connection; what it last reported still holds.
      const reported = (isClosed ? undefined : reports.get(peer.id)) ?? kept?.reported;
      const isDue = kept === undefined || isClosed || now - kept.time >= this.#renewal;
      if (isDue) this.#rows.connections.push(connectionRow(peer.view(now), reported, now));
      this.#connections.set(peer, { time: isDue ? now : kept.time, isClosed, reported });
    }
  }
}

function noRows(): KeptRowsByTable {
  const [blocks, reorganisations, connections] = [[], [], []];
  return { blocks, reorganisations, connections, transactions: [], incidents: [], flushes: [] };
}

function transactionRow(event: RawEvent): KeptRow<"transactions"> {
  return {
    ...{ time: event.time, pid: event.pid, txid: textIn(event, "txid") },
    change: event.tracepoint.slice("mempool:".length),
    reason: textIn(event, "reason"),
    replaced_by: null,
    vsize: numberIn(event, "vsize"),
    fee_sat: numberIn(event, "fee"),
    in_mempool_s: secondsSince(event, "entry_time"),
  };
}

function replacedRow(event: RawEvent): KeptRow<"transactions"> {
  return {
    ...{ time: event.time, pid: event.pid, txid: textIn(event, "replaced_txid") },
    ...{ change: "replaced", reason: null },
    replaced_by: textIn(event, "replacement_id"),
    vsize: numberIn(event, "replaced_vsize"),
    fee_sat: numberIn(event, "replaced_fee"),
    in_mempool_s: secondsSince(event, "replaced_entry_time"),
  };
}

function flushRow(event: RawEvent): KeptRow<"flushes"> {
  const { time, mode, duration, coins, memory, forPrune } = flushOf(event);
  return {
    ...{ time, pid: event.pid, mode, duration_ms: duration, coins },
    ...{ memory_bytes: memory, for_prune: forPrune },
  };
}

function reorganisationRow(
  { tip, ...reorganisation }: Reorganisation,
  updated: number,
): KeptRow<"reorganisations"> {
  return { ...reorganisation, updated, tip_height: tip.height, tip_hash: tip.hash };
}
