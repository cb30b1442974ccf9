import type { EventKind } from "../../event/kind.ts";
import type { StreamEvent } from "../../event/notice.ts";
import { counted } from "../../text/counted.ts";
import { cut, plain } from "../../text/screen/cells.ts";
import { ageText, bytesText, rateText } from "../../text/screen/figures.ts";
import { Follow } from "../../text/screen/follow.ts";
import type { Area, Key, ScreenTool } from "../../text/screen/screen-tool.ts";
import { TextInput } from "../../text/screen/text-input.ts";
import type { MessageEntry } from "./conversation.ts";
import { CONVERSATION_HEAD, conversationLines } from "./conversation-lines.ts";
import { filterProblem, type PeerFilter, parseFilter } from "./filter.ts";
import { HELP } from "./help.ts";
import { listLines } from "./list-lines.ts";
import { ORDER_NAMES, type Order, sorted } from "./order.ts";
import type { Peer } from "./peer.ts";
import { Peers, SILENCE_MS } from "./peers.ts";
import { peersSnapshot } from "./snapshot.ts";
import type { Traffic } from "./traffic.ts";

/** Peers with their traffic, and what is said to one of them. */
export class P2pMonitor implements ScreenTool {
  readonly help = HELP;
  readonly #peers = new Peers();
  readonly #kinds: () => readonly EventKind[];
  #order: Order = "PEER";
  #isReversed = false;
  #filter: PeerFilter | null = null;
  /** The filter while it is being typed. */
  #input: TextInput | null = null;
  #selected: Peer | null = null;
  /** Whether somebody selected it; before, it is who stands first. */
  #isChosen = false;
  #top = 0;
  /** Whose conversation is shown, in place of the list. */
  #followed: Peer | null = null;
  readonly #follow = new Follow<MessageEntry>();
  /** As it was drawn last: keys mean what people see. */
  #listed: readonly Peer[] = [];
  #page = 1;

  /** @param kinds of events that the stream has so far */
  constructor(kinds: () => readonly EventKind[]) {
    this.#kinds = kinds;
  }

  take(event: StreamEvent): void {
    this.#peers.take(event);
  }

  title(now: number): string[] {
    const all = this.#peers.all.filter(({ closed }) => closed === null);
    const inbound = all.filter((peer) => peer.isInbound).length;
    const since = this.#peers.since ?? now;
    const rates = (traffic: Traffic): string => {
      const messages = rateText(traffic.messageRate(now, since));
      return `${messages}/s ${bytesText(traffic.byteRate(now, since))}/s`;
    };
    return [
      "p2p-monitor",
      `${counted(all.length, "peer")} (${inbound} inbound)`,
      `IN ${rates(this.#peers.inbound)}`,
      `OUT ${rates(this.#peers.outbound)}`,
    ];
  }

  body(area: Area): string[] {
    this.#peers.sweep(area.now, this.#closesAreTold);
    if (this.#followed) return this.#conversation(this.#followed, area);
    this.#list(area.now);
    const notes = this.#notes(area);
    const rows = Math.max(0, area.rows - notes.length);
    this.#scroll(Math.max(1, rows - 1));
    const list = {
      peers: this.#listed,
      order: this.#order,
      selected: this.#selected,
      top: this.#top,
    };
    const lines = listLines(list, { ...area, rows });
    return [...lines, ...Array.from({ length: rows - lines.length }, () => ""), ...notes];
  }

  hints(): readonly string[] {
    if (this.#input) return ["Enter use it", "Esc leave it"];
    if (this.#followed) return ["Esc back", this.#follow.isFollowing ? "Up scroll" : "End follow"];
    return ["Enter follow", "s sort", "r reverse", "/ filter"];
  }

  key(key: Key): boolean {
    if (this.#input) return this.#type(key);
    return this.#followed ? this.#conversationKey(key) : this.#listKey(key);
  }

  snapshot(now: number): Record<string, unknown> {
    this.#peers.sweep(now, this.#closesAreTold);
    return peersSnapshot(this.#peers, sorted(this.#peers.all, this.#order, false, now), now);
  }

  get #closesAreTold(): boolean {
    return this.#kinds().some(({ name }) => name === "net:closed_connection");
  }

  #conversation(peer: Peer, area: Area): string[] {
    const rows = Math.max(1, area.rows - CONVERSATION_HEAD);
    const { items, from, to } = this.#follow.window(peer.conversation.all, rows);
    const before = items[from - 1]?.time ?? null;
    return conversationLines(peer, items.slice(from, to), before, area);
  }

  /** Below the list: what is typed or what narrows it, and what cannot be known. */
  #notes({ columns, paint }: Area): string[] {
    const notes: string[] = [];
    if (!this.#closesAreTold && this.#peers.since !== null) {
      const silence = ageText(SILENCE_MS);
      const text = `closed connections are not told here: who is silent for ${silence} leaves the list`;
      notes.push(paint("warning", cut(text, columns)));
    }
    if (this.#input) {
      const { text } = this.#input;
      const problem = text === "" ? null : filterProblem(text);
      if (problem) notes.push(paint("warning", cut(plain(problem), columns)));
      notes.push(this.#input.line("filter", columns));
    } else if (this.#filter) {
      const shown = `${this.#listed.length} of ${this.#peers.all.length} peers pass`;
      notes.push(paint("name", cut(`${shown}: ${plain(this.#filter.text)}`, columns)));
    }
    return notes;
  }

  /** Filters and sorts, and sees to it that somebody is selected. */
  #list(now: number): void {
    const filter = this.#filter;
    const passing = this.#peers.all.filter((peer) => filter?.passes(peer, now) ?? true);
    const before = Math.max(0, this.#row);
    this.#listed = sorted(passing, this.#order, this.#isReversed, now);
    if (!this.#isChosen) this.#selected = this.#listed[0] ?? null;
    // Who left is replaced by who comes after.
    if (this.#row < 0) this.#selected = this.#listed[before] ?? this.#listed.at(-1) ?? null;
  }

  /** Keeps the selected peer in sight. */
  #scroll(page: number): void {
    this.#page = page;
    const row = Math.max(0, this.#row);
    const last = Math.max(0, this.#listed.length - page);
    this.#top = Math.max(0, Math.min(Math.max(this.#top, row - page + 1), row, last));
  }

  /** Of the selected peer in the list; -1 when it is not there. */
  get #row(): number {
    return this.#selected ? this.#listed.indexOf(this.#selected) : -1;
  }

  #listKey(key: Key): boolean {
    switch (key) {
      case "up":
      case "k":
        return this.#move(-1);
      case "down":
      case "j":
        return this.#move(1);
      case "pageup":
        return this.#move(-this.#page);
      case "pagedown":
        return this.#move(this.#page);
      case "home":
      case "g":
        return this.#move(Number.NEGATIVE_INFINITY);
      case "end":
      case "G":
        return this.#move(Number.POSITIVE_INFINITY);
      case "return":
      case "enter":
      case " ":
        this.#followed = this.#selected;
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
    this.#selected = this.#listed[to] ?? null;
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
    if (end === "done" && (input.text === "" || filterProblem(input.text) === null)) {
      this.#filter = input.text === "" ? null : parseFilter(input.text);
      this.#input = null;
    }
    return true;
  }
}
