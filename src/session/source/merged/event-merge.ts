import type { RawEvent } from "../../../event/event.ts";
import { isNotice, type StreamEvent } from "../../../event/notice.ts";
import { Matcher, type SourceName } from "./matcher.ts";

/** An event that waits for its time, and for its other view. */
interface Held {
  /** Nanoseconds since boot. */
  at: number;
  event: StreamEvent;
  readonly source: SourceName;
  /** By which its other view finds it; null when that cannot come, or came. */
  key: string | null;
}

/** Two views that are further apart than this are not taken for one thing. */
const WINDOW_NS = 10e9;
const MIN_SHOWN = 50_000;

const ONLY = { usdt: ["usdt"], ipc: ["ipc"] } as const;
const BOTH = ["usdt", "ipc"] as const;

/**
 * Two streams as one, in the order in which things happened. Both have their time from the kernel's monotonic clock,
 * but tell of an event some milliseconds later, each in its own way. So every event is held until it is `waitNs` old:
 *
 *     usdt ──►  held, by time  ──► what is old enough, in order
 *     ipc  ──►   └─ matched: one event with what both say
 *
 * Nothing is dropped. What comes later than that is delivered when it comes: out of order, and where its other view is
 * out already, marked as `late`. A notice stays where it stands among the events of its source.
 */
export class EventMerge {
  readonly #waitNs: number;
  readonly #matcher: Matcher<Held>;
  readonly #last: Record<SourceName, number> = { usdt: 0, ipc: 0 };
  readonly #matched = new Map<string, number>();
  #held: Held[] = [];
  /** Where those that are still held begin. */
  #head = 0;
  #isSorted = true;

  /** @param ipcKinds names of the events that IPC tells of */
  constructor(waitNs: number, ipcKinds: readonly string[]) {
    this.#waitNs = waitNs;
    this.#matcher = new Matcher(ipcKinds, WINDOW_NS, MIN_SHOWN);
  }

  /** Events that are held. */
  get size(): number {
    return this.#held.length - this.#head;
  }

  /** How many events of IPC became part of a tracepoint's, by their own names. */
  get matched(): ReadonlyMap<string, number> {
    return this.#matched;
  }

  push(source: SourceName, events: readonly StreamEvent[]): void {
    for (const event of events) {
      if (isNotice(event)) {
        this.#hold({ at: this.#last[source], event, source, key: null });
        continue;
      }
      const at = Number(event.ktime);
      this.#last[source] = Math.max(this.#last[source], at);
      const key = this.#matcher.keyOf(event);
      const meeting = key === null ? null : this.#matcher.meet(key, source, at);
      if (meeting === null) {
        const held = { at, event, source, key };
        if (key !== null) this.#matcher.hold(key, source, held);
        this.#hold(held);
      } else if (meeting === "late") {
        this.#hold({ at, event: { ...event, late: true }, source, key: null });
      } else {
        this.#join(meeting.with, event, at);
      }
    }
  }

  /** Takes out what is old enough, in order. @param now nanoseconds since boot */
  take(now: number): StreamEvent[] {
    this.#sort();
    const due = now - this.#waitNs;
    let end = this.#head;
    while (end < this.#held.length && this.#held[end]!.at <= due) end++;
    return this.#release(end);
  }

  /** Takes out everything, because nothing more comes. */
  takeAll(): StreamEvent[] {
    this.#sort();
    return this.#release(this.#held.length);
  }

  /** Nanoseconds until the next event is old enough; null when there is none. */
  dueIn(now: number): number | null {
    this.#sort();
    const first = this.#held[this.#head];
    return first ? Math.max(0, first.at + this.#waitNs - now) : null;
  }

  /** The tracepoint's view gives name, time and thread. */
  #join(held: Held, event: RawEvent, at: number): void {
    const other = held.event as RawEvent;
    const [usdt, ipc] = held.source === "usdt" ? [other, event] : [event, other];
    held.event = joined(usdt, ipc);
    held.key = null;
    this.#matched.set(ipc.tracepoint, (this.#matched.get(ipc.tracepoint) ?? 0) + 1);
    if (held.source === "usdt") return;
    held.at = at;
    this.#isSorted = false;
  }

  #hold(held: Held): void {
    if (held.at < (this.#held.at(-1)?.at ?? 0)) this.#isSorted = false;
    this.#held.push(held);
  }

  /** What is nearly in order is sorted nearly at no cost. */
  #sort(): void {
    if (this.#isSorted) return;
    this.#held = this.#held.slice(this.#head).sort((a, b) => a.at - b.at);
    this.#head = 0;
    this.#isSorted = true;
  }

  #release(end: number): StreamEvent[] {
    const released = this.#held.slice(this.#head, end).map((held) => {
      const { key, source, event, at } = held;
      if (key !== null) this.#matcher.show(key, source, held, at);
      if (isNotice(event) || event.sources === BOTH) return event;
      return { ...event, sources: ONLY[source] };
    });
    this.#head = end;
    if (this.#head > this.#held.length / 2) {
      this.#held = this.#held.slice(this.#head);
      this.#head = 0;
    }
    return released;
  }
}

/** Of these, each view has its own. */
const OWN: ReadonlySet<string> = new Set(["thread", "unreadable"]);

/** One event with what both say; where both say the same, it is the tracepoint's word. */
function joined({ unreadable: unread = [], ...usdt }: RawEvent, ipc: RawEvent): RawEvent {
  const added = Object.entries(ipc).filter(
    ([name]) => (usdt[name] ?? null) === null && !OWN.has(name),
  );
  const event = { ...usdt, ...Object.fromEntries(added), ipc_ktime: ipc.ktime } as RawEvent;
  const flaws = new Set([...unread, ...(ipc.unreadable ?? [])]);
  const unreadable = [...flaws].filter((name) => event[name] === null);
  return { ...event, ...(unreadable.length > 0 && { unreadable }), sources: BOTH };
}
