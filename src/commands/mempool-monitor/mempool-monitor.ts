import type { StreamEvent } from "../../event/notice.ts";
import { cut, plain } from "../../text/screen/cells.ts";
import { countText, timeText } from "../../text/screen/figures.ts";
import { Follow } from "../../text/screen/follow.ts";
import type { Area, Key, ScreenTool } from "../../text/screen/screen-tool.ts";
import { TextInput } from "../../text/screen/text-input.ts";
import { COUNT_ROWS, countLines } from "./count-lines.ts";
import { HELP } from "./help.ts";
import { type Entry, KINDS, type Kind } from "./log.ts";
import { logLines } from "./log-lines.ts";
import { Mempool } from "./mempool.ts";
import { PANEL_ROWS, panelLines } from "./panel-lines.ts";
import { mempoolSnapshot } from "./snapshot.ts";
import { WINDOWS, type Window } from "./windowed-count.ts";

/** So much of the log is worth more than the panels. */
const MIN_LOG_ROWS = 4;

/** What enters and leaves the mempool: figures, and a log. */
export class MempoolMonitor implements ScreenTool {
  readonly help = HELP;
  readonly #mempool = new Mempool();
  readonly #hidden = new Set<Kind>();
  readonly #follow = new Follow<Entry>();
  #window: Window = "total";
  #filter = "";
  /** The filter while it is being typed. */
  #input: TextInput | null = null;

  take(event: StreamEvent): void {
    this.#mempool.take(event);
  }

  title(): string[] {
    const { counts, growth, since } = this.#mempool;
    if (since === null) return ["mempool-monitor"];
    const transactions = counts.added.total - counts.removed.total;
    return [
      "mempool-monitor",
      `${signed(transactions)} tx ${signed(growth)} vB`,
      `since ${timeText(since)}`,
    ];
  }

  body(area: Area): string[] {
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
    if (this.#input) return ["Enter use it", "Esc leave it"];
    const scroll = this.#follow.isFollowing ? "Up scroll" : "End follow";
    return [scroll, "1-4 kinds", "w window", "/ filter"];
  }

  key(key: Key): boolean {
    if (this.#input) return this.#type(this.#input, key);
    const kind = KINDS[Number(key) - 1];
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
    return mempoolSnapshot(this.#mempool, now);
  }

  get #log(): readonly Entry[] {
    const { entries } = this.#mempool.log;
    if (this.#hidden.size === 0 && this.#filter === "") return entries;
    const wanted = this.#filter.toLowerCase();
    return entries.filter(
      (entry) => !this.#hidden.has(entry.kind) && textOf(entry).includes(wanted),
    );
  }

  /** What is typed or what narrows the log. */
  #note({ columns, paint }: Area): string[] {
    if (this.#input) return [this.#input.line("filter", columns)];
    if (this.#filter === "") return [];
    return [paint("name", cut(`only with: ${plain(this.#filter)}`, columns))];
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

/** What a filter looks at. */
function textOf(entry: Entry): string {
  const id = entry.kind === "replaced" ? entry.replacement.id : "";
  const reason = "reason" in entry ? entry.reason : "";
  return `${entry.txid} ${id} ${reason}`.toLowerCase();
}

function signed(count: number): string {
  return `${count < 0 ? "-" : "+"}${countText(Math.abs(count))}`;
}
