import type { EventKind } from "../../event/kind.ts";
import type { StreamEvent } from "../../event/notice.ts";
import type { FlowView } from "../../model/peers/flow.ts";
import type { HistoryEntry } from "../../model/peers/message-history.ts";
import type { Peer } from "../../model/peers/peer.ts";
import { type PeerTest, parsePeerFilter } from "../../model/peers/peer-filter.ts";
import { joinPeers, type PeerRow } from "../../model/peers/peer-row.ts";
import { Peers, SILENCE_MS } from "../../model/peers/peers.ts";
import { QueryError } from "../../query/query-error.ts";
import { counted } from "../../text/counted.ts";
import { cut, plain } from "../../text/screen/cells.ts";
import { ageText, bytesText, rateText } from "../../text/screen/figures.ts";
import { Follow } from "../../text/screen/follow.ts";
import type { Area, Key, ScreenTool } from "../../text/screen/screen-tool.ts";
import { scrolledRows } from "../../text/screen/scroll-key.ts";
import { TextInput } from "../../text/screen/text-input.ts";
import { CONVERSATION_HEAD, conversationLines } from "./conversation-lines.ts";
import { HELP } from "./help.ts";
import { listLines } from "./list-lines.ts";
import { ORDER_NAMES, type Order, sorted } from "./order.ts";
import { peersSnapshot } from "./snapshot.ts";

/** How long a closed peer stays in the list. */
const CLOSED_VISIBLE_MS = 5000;
/** The number of messages per peer to scroll back to. */
const MAX_ENTRIES = 1000;

interface Filter {
  readonly text: string;
  readonly test: PeerTest;
}

/** The list of peers with their traffic, and the messages of one peer. */
export class P2pMonitor implements ScreenTool {
  readonly help = HELP;
  readonly #peers = new Peers({ maxEntries: MAX_ENTRIES });
  readonly #kinds: () => readonly EventKind[];
  #order: Order = "PEER";
  #isReversed = false;
  #filter: Filter | null = null;
  /** The filter while it is being typed. */
  #input: TextInput | null = null;
  /** Key of the selected peer. */
  #selected: string | null = null;
  /** Whether the user has selected a peer; before that, the first of the list is selected. */
  #isChosen = false;
  #top = 0;
  /** The peer whose messages replace the list. */
  #followed: Peer | null = null;
  readonly #follow = new Follow<HistoryEntry>();
  /** The list as last drawn, because keys refer to the visible rows. */
  #listed: readonly PeerRow[] = [];
  #page = 1;

  /** @param kinds returns the kinds of events that the stream has now */
  constructor(kinds: () => readonly EventKind[]) {
    this.#kinds = kinds;
  }

  take(event: StreamEvent): void {
    this.#peers.see(event);
  }

  title(now: number): string[] {
    const open = this.#peers.all.filter(({ closed }) => closed === null);
    const inbound = open.filter(({ connectionType }) => connectionType === "inbound").length;
    const traffic = this.#peers.traffic(now);
    const rates = ({ messageRate, byteRate }: FlowView): string =>
      `${rateText(messageRate)}/s ${bytesText(byteRate)}/s`;
    return [
      "p2p-monitor",
      `${counted(open.length, "peer")} (${inbound} inbound)`,
      `IN ${rates(traffic.in)}`,
      `OUT ${rates(traffic.out)}`,
    ];
  }

  body(area: Area): string[] {
    const rows = this.#rowsAt(area.now);
    if (this.#followed) return this.#conversation(this.#followed, area);
    this.#list(rows, area.now);
    const notes = this.#notes(area, rows.length);
    const room = Math.max(0, area.rows - notes.length);
    this.#scroll(Math.max(1, room - 1));
    const list = {
      peers: this.#listed,
      order: this.#order,
      selected: this.#listed[this.#row] ?? null,
      top: this.#top,
    };
    const lines = listLines(list, { ...area, rows: room });
    return [...lines, ...Array.from({ length: room - lines.length }, () => ""), ...notes];
  }

  hints(): readonly string[] {
    if (this.#input) return ["Enter apply", "Esc cancel"];
    if (this.#followed) return ["Esc back", this.#follow.isFollowing ? "Up scroll" : "End follow"];
    return ["Enter follow", "s sort", "r reverse", "/ filter"];
  }

  key(key: Key): boolean {
    if (this.#input) return this.#type(key);
    return this.#followed ? this.#conversationKey(key) : this.#listKey(key);
  }

  snapshot(now: number): Record<string, unknown> {
    const rows = sorted(this.#rowsAt(now), this.#order, false);
    const { unattributed } = this.#peers.view(now);
    return peersSnapshot(this.#peers.traffic(now), unattributed, rows, now);
  }

  /** The open and recently closed peers. */
  #rowsAt(now: number): readonly PeerRow[] {
    this.#peers.learn(this.#kinds());
    this.#peers.advance(now);
    const rows = joinPeers(this.#peers.view(now).peers, null);
    return rows.filter(({ closed }) => closed === null || now - closed <= CLOSED_VISIBLE_MS);
  }

  #conversation(peer: Peer, area: Area): string[] {
    const rows = Math.max(1, area.rows - CONVERSATION_HEAD);
    const { items, from, to } = this.#follow.window(peer.history.list(), rows);
    const before = items[from - 1]?.time ?? null;
    const [row] = joinPeers([peer.view(area.now)], null);
    return conversationLines(row!, peer.types, items.slice(from, to), before, area);
  }

  /** The lines below the list: a warning about silent peers, and the filter. */
  #notes({ columns, paint }: Area, all: number): string[] {
    const notes: string[] = [];
    if (!this.#peers.closingIsTraced && this.#peers.since !== null) {
      const silence = ageText(SILENCE_MS);
      const text = `closed connections are not traced: a peer leaves the list after ${silence} without messages`;
      notes.push(paint("warning", cut(text, columns)));
    }
    if (this.#input) {
      const { text } = this.#input;
      const filter = text.trim() === "" ? null : readFilter(text);
      if (typeof filter === "string") notes.push(paint("warning", cut(plain(filter), columns)));
      notes.push(this.#input.line("filter", columns));
    } else if (this.#filter) {
      const shown = `${this.#listed.length} of ${all} peers match`;
      notes.push(paint("name", cut(`${shown}: ${plain(this.#filter.text)}`, columns)));
    }
    return notes;
  }

  /** Filters and sorts the list and keeps a peer selected. */
  #list(rows: readonly PeerRow[], now: number): void {
    const filter = this.#filter;
    const matching = rows.filter((peer) => filter?.test(peer, now) ?? true);
    const before = Math.max(0, this.#row);
    this.#listed = sorted(matching, this.#order, this.#isReversed);
    if (!this.#isChosen) this.#select(0);
    // If the selected peer has left, select the peer at its position.
    if (this.#row < 0) this.#select(before);
  }

  #select(row: number): void {
    const peer = this.#listed[row] ?? this.#listed.at(-1);
    this.#selected = peer === undefined ? null : keyOf(peer);
  }

  /** Keeps the selected peer visible. */
  #scroll(page: number): void {
    this.#page = page;
    const row = Math.max(0, this.#row);
    const last = Math.max(0, this.#listed.length - page);
    this.#top = Math.max(0, Math.min(Math.max(this.#top, row - page + 1), row, last));
  }

  /** Index of the selected peer in the list; -1 if the list does not contain it. */
  get #row(): number {
    return this.#listed.findIndex((peer) => keyOf(peer) === this.#selected);
  }

  #listKey(key: Key): boolean {
    const rows = scrolledRows(key, this.#page);
    if (rows !== null) return this.#move(rows);
    switch (key) {
      case "return":
      case "enter":
      case " ":
        this.#followed = this.#peers.all.find((peer) => keyOf(peer) === this.#selected) ?? null;
        this.#isChosen = true;
        this.#follow.follow();
        return true;
      case "s":
      case "right":
        return this.#sortBy(1);
      case "S":
      case "left":
        return this.#sortBy(-1);
      case "r":
        this.#isReversed = !this.#isReversed;
        return true;
      case "/":
        this.#input = new TextInput(this.#filter?.text ?? "");
        return true;
      case "escape":
        this.#filter = null;
        return true;
    }
    return false;
  }

  #move(rows: number): true {
    const to = Math.max(0, Math.min(this.#listed.length - 1, Math.max(0, this.#row) + rows));
    this.#select(to);
    this.#isChosen = true;
    return true;
  }

  #sortBy(step: number): true {
    const { length } = ORDER_NAMES;
    const at = ORDER_NAMES.indexOf(this.#order) + step;
    this.#order = ORDER_NAMES[(at + length) % length]!;
    this.#isReversed = false;
    return true;
  }

  #conversationKey(key: Key): boolean {
    switch (key) {
      case "escape":
      case "backspace":
      case "return":
      case "enter":
      case "left":
        this.#followed = null;
        return true;
    }
    return this.#follow.key(key);
  }

  #type(key: Key): boolean {
    const input = this.#input!;
    const end = input.key(key);
    if (end === "cancelled") this.#input = null;
    if (end !== "done") return true;
    const { text } = input;
    const filter = text.trim() === "" ? null : readFilter(text);
    if (typeof filter === "string") return true;
    this.#filter = filter;
    this.#input = null;
    return true;
  }
}

/** The filter, or a one-line error message. */
function readFilter(text: string): Filter | string {
  try {
    return { text, test: parsePeerFilter(text) };
  } catch (error) {
    if (error instanceof QueryError) return problemText(error);
    throw error;
  }
}

/** The error message with the column of the mistake. */
function problemText({ message, cure, excerpt }: QueryError): string {
  const at = excerpt[1].indexOf("^") + 1;
  return `${message}${at > 0 ? ` (column ${at})` : ""}: ${cure}`;
}

function keyOf({ pid, id }: { readonly pid: number; readonly id: number }): string {
  return `${pid}/${id}`;
}
