import type { StreamEvent } from "../../event/notice.ts";
import type { MempoolChange } from "../../model/mempool/change-log.ts";
import { CHANGE_KINDS, type ChangeKind } from "../../model/mempool/flow.ts";
import { cut, plain } from "../../text/screen/cells.ts";
import { countText, timeText } from "../../text/screen/figures.ts";
import { Follow } from "../../text/screen/follow.ts";
import type { Area, Key, ScreenTool } from "../../text/screen/screen-tool.ts";
import { TextInput } from "../../text/screen/text-input.ts";
import { COUNT_ROWS, countLines } from "./count-lines.ts";
import { HELP } from "./help.ts";
import { logLines } from "./log-lines.ts";
import { MonitoredMempool } from "./monitored-mempool.ts";
import { PANEL_ROWS, panelLines } from "./panel-lines.ts";
import { mempoolSnapshot } from "./snapshot.ts";
import { WINDOWS, type Window } from "./window.ts";

/** Minimum number of rows of the log; the panels get the others. */
const MIN_LOG_ROWS = 4;

/** The screen of the mempool's changes: figures and a log. */
export class MempoolMonitor implements ScreenTool {
  readonly help = HELP;
  readonly #mempool = new MonitoredMempool();
  readonly #hidden = new Set<ChangeKind>();
  readonly #follow = new Follow<MempoolChange>();
  #window: Window = "total";
  #filter = "";
  /** The filter while it is being typed. */
  #input: TextInput | null = null;

  take(event: StreamEvent): void {
    this.#mempool.take(event);
  }

  title(): string[] {
    const { flow, since } = this.#mempool;
    if (since === null) return ["mempool-monitor"];
    const transactions = flow.counts.added.total - flow.counts.removed.total;
    return [
      "mempool-monitor",
      `${signed(transactions)} tx ${signed(flow.growth)} vB`,
      `since ${timeText(since)}`,
    ];
  }

  body(area: Area): string[] {
    this.#mempool.advance(area.now);
    const figures = [...countLines(this.#mempool, this.#hidden, area), ""];
    if (area.rows >= COUNT_ROWS + PANEL_ROWS + MIN_LOG_ROWS + 2) {
      figures.push(...panelLines(this.#mempool, this.#window, area), "");
    }
    const note = this.#note(area);
    const rows = Math.max(1, area.rows - figures.length - note.length);
    const { items, from, to } = this.#follow.window(this.#log, rows);
    const lines = logLines(items.slice(from, to), area);
    const blank = Array.from({ length: rows - lines.length }, () => "");
    return [...figures, ...lines, ...blank, ...note].slice(0, area.rows);
  }

  hints(): readonly string[] {
    if (this.#input) return ["Enter apply", "Esc cancel"];
    const scroll = this.#follow.isFollowing ? "Up scroll" : "End follow";
    return [scroll, "1-4 kinds", "w window", "/ filter"];
  }

  key(key: Key): boolean {
    if (this.#input) return this.#type(this.#input, key);
    const kind = CHANGE_KINDS[Number(key) - 1];
    if (kind !== undefined) {
      if (!this.#hidden.delete(kind)) this.#hidden.add(kind);
      this.#follow.follow();
      return true;
    }
    switch (key) {
      case "w":
        this.#window = WINDOWS[(WINDOWS.indexOf(this.#window) + 1) % WINDOWS.length]!;
        return true;
      case "/":
        this.#input = new TextInput(this.#filter);
        return true;
      case "escape":
        this.#filter = "";
        this.#follow.follow();
        return true;
    }
    return this.#follow.key(key);
  }

  snapshot(now: number): Record<string, unknown> {
    this.#mempool.advance(now);
    return mempoolSnapshot(this.#mempool, now);
  }

  get #log(): readonly MempoolChange[] {
    const { changes } = this.#mempool.log;
    if (this.#hidden.size === 0 && this.#filter === "") return changes;
    const wanted = this.#filter.toLowerCase();
    return changes.filter(
      (change) => !this.#hidden.has(change.kind) && searchedText(change).includes(wanted),
    );
  }

  /** The filter, while it is typed and while it is used. */
  #note({ columns, paint }: Area): string[] {
    if (this.#input) return [this.#input.line("filter", columns)];
    if (this.#filter === "") return [];
    return [paint("name", cut(`filter: ${plain(this.#filter)}`, columns))];
  }

  #type(input: TextInput, key: Key): boolean {
    const end = input.key(key);
    if (end !== null) this.#input = null;
    if (end === "done") {
      this.#filter = input.text;
      this.#follow.follow();
    }
    return true;
  }
}

/** The text that a filter searches. */
function searchedText({ txid, replacement, reason }: MempoolChange): string {
  return `${txid ?? ""} ${replacement?.id ?? ""} ${reason ?? ""}`.toLowerCase();
}

function signed(count: number): string {
  return `${count < 0 ? "-" : "+"}${countText(Math.abs(count))}`;
}
