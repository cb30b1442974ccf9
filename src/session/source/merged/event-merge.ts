import type { RawEvent } from "../../../event/event.ts";
import { isNotice, type StreamEvent } from "../../../event/notice.ts";
import { Matcher, type SourceName } from "./matcher.ts";

/** An event that waits for its delivery, and for its counterpart. */
interface PendingEvent {
  /** Nanoseconds since boot. */
  at: number;
  event: StreamEvent;
  readonly source: SourceName;
  /** Its key for the matcher; null when it has no counterpart or already got it. */
  key: string | null;
}

/** Events that are further apart are not matched. */
const WINDOW_NS = 10e9;
const MIN_REMEMBERED = 50_000;

const ONLY = { usdt: ["usdt"], ipc: ["ipc"] } as const;
const BOTH = ["usdt", "ipc"] as const;

/**
 * Merges two streams in the order of time. Both use the kernel's monotonic clock, but deliver an event some
 * milliseconds later, each with its own delay. So every event stays pending until it is `waitNs` old:
 *
 *     usdt ──►  pending, by time  ──► events that are old enough, in order
 *     ipc  ──►   └─ matched: one event with the fields of both
 *
 * Nothing is dropped. An event that arrives later is delivered at once, out of order; if its counterpart was already
 * delivered, it is marked `late`. A notice keeps its place among the events of its source.
 */
export class EventMerge {
  readonly #waitNs: number;
  readonly #matcher: Matcher<PendingEvent>;
  readonly #last: Record<SourceName, number> = { usdt: 0, ipc: 0 };
  readonly #matched = new Map<string, number>();
  #pending: PendingEvent[] = [];
  /** Index of the first pending event. */
  #head = 0;
  #isSorted = true;

  /** @param ipcKinds names of the events from IPC */
  constructor(waitNs: number, ipcKinds: readonly string[]) {
    this.#waitNs = waitNs;
    this.#matcher = new Matcher(ipcKinds, WINDOW_NS, MIN_REMEMBERED);
  }

  /** The number of pending events. */
  get size(): number {
    return this.#pending.length - this.#head;
  }

  /** The number of IPC events that were matched to a tracepoint's, by their own names. */
  get matched(): ReadonlyMap<string, number> {
    return this.#matched;
  }

  push(source: SourceName, events: readonly StreamEvent[]): void {
    for (const event of events) {
      if (isNotice(event)) {
        this.#add({ at: this.#last[source], event, source, key: null });
        continue;
      }
      const at = Number(event.ktime);
      this.#last[source] = Math.max(this.#last[source], at);
      const key = this.#matcher.keyOf(event);
      const match = key === null ? null : this.#matcher.match(key, source, at);
      if (match === null) {
        const pending = { at, event, source, key };
        if (key !== null) this.#matcher.add(key, source, pending);
        this.#add(pending);
      } else if (match === "late") {
        this.#add({ at, event: { ...event, late: true }, source, key: null });
      } else {
        this.#join(match.with, event, at);
      }
    }
  }

  /** Takes the events that are old enough, in order. @param now nanoseconds since boot */
  take(now: number): StreamEvent[] {
    this.#sort();
    const due = now - this.#waitNs;
    let end = this.#head;
    while (end < this.#pending.length && this.#pending[end]!.at <= due) end++;
    return this.#release(end);
  }

  /** Takes all events; call it when the sources have ended. */
  takeAll(): StreamEvent[] {
    this.#sort();
    return this.#release(this.#pending.length);
  }

  /** Nanoseconds until the next event is old enough; null when there is none. */
  dueIn(now: number): number | null {
    this.#sort();
    const first = this.#pending[this.#head];
    return first ? Math.max(0, first.at + this.#waitNs - now) : null;
  }

  /** Name, time and thread come from the tracepoint. */
  #join(pending: PendingEvent, event: RawEvent, at: number): void {
    const other = pending.event as RawEvent;
    const [usdt, ipc] = pending.source === "usdt" ? [other, event] : [event, other];
    pending.event = joined(usdt, ipc);
    pending.key = null;
    this.#matched.set(ipc.tracepoint, (this.#matched.get(ipc.tracepoint) ?? 0) + 1);
    if (pending.source === "usdt") return;
    pending.at = at;
    this.#isSorted = false;
  }

  #add(pending: PendingEvent): void {
    if (pending.at < (this.#pending.at(-1)?.at ?? 0)) this.#isSorted = false;
    this.#pending.push(pending);
  }

  /** Sorting is cheap because the events are nearly in order. */
  #sort(): void {
    if (this.#isSorted) return;
    this.#pending = this.#pending.slice(this.#head).sort((a, b) => a.at - b.at);
    this.#head = 0;
    this.#isSorted = true;
  }

  #release(end: number): StreamEvent[] {
    const released = this.#pending.slice(this.#head, end).map((pending) => {
      const { key, source, event, at } = pending;
      if (key !== null) this.#matcher.release(key, source, pending, at);
      if (isNotice(event) || event.sources === BOTH) return event;
      return { ...event, sources: ONLY[source] };
    });
    this.#head = end;
    if (this.#head > this.#pending.length / 2) {
      this.#pending = this.#pending.slice(this.#head);
      this.#head = 0;
    }
    return released;
  }
}

/** Fields that differ between the two sources. */
const OWN: ReadonlySet<string> = new Set(["thread", "unreadable"]);

/** One event with the fields of both; common fields have the tracepoint's value. */
function joined({ unreadable: unread = [], ...usdt }: RawEvent, ipc: RawEvent): RawEvent {
  const added = Object.entries(ipc).filter(
    ([name]) => (usdt[name] ?? null) === null && !OWN.has(name),
  );
  const event = { ...usdt, ...Object.fromEntries(added), ipc_ktime: ipc.ktime } as RawEvent;
  const flaws = new Set([...unread, ...(ipc.unreadable ?? [])]);
  const unreadable = [...flaws].filter((name) => event[name] === null);
  return { ...event, ...(unreadable.length > 0 && { unreadable }), sources: BOTH };
}
