import type { RawEvent } from "../../event/event.ts";
import { NOTICES } from "../../event/line-members.ts";
import { isNotice, type Notice, type StreamEvent } from "../../event/notice.ts";
import type { Fold } from "../fold.ts";
import { ANSWERS, DUE, EFFECTS, RELAYED } from "./rules.ts";

/** The message that caused an event. */
export interface Cause {
  readonly msg_type: string;
  readonly peer_id: number | bigint;
  /** Nanoseconds from the message to the event, by the kernel's clock. */
  readonly after_ns: number;
}

/** A cause in views and documents: ids beyond ±2^53 are rounded. */
export type CauseDocument = Omit<Cause, "peer_id"> & { readonly peer_id: number };

export function causeDocument(cause: Cause | null): CauseDocument | null {
  return cause && { ...cause, peer_id: Number(cause.peer_id) };
}

/**
 * A message and the time that its thread worked on it. No tracepoint marks the end of the work:
 *
 *     inbound_message ── an effect ── the last effect ── … ── the thread's next message, or one that is due
 *            └────────── at_least_ns ──────┘                          │
 *            └────────── at_most_ns ──────────────────────────────────┘  with other work, and waiting
 */
export interface HandledMessage {
  readonly message: RawEvent;
  /** Until the last event that it caused; 0 without one. */
  readonly at_least_ns: number;
  /** Until the thread receives its next message, or sends one that only follows the work. */
  readonly at_most_ns: number;
  /** How many events it caused. */
  readonly effects: number;
}

/** A thread that has handled a message, and what it works on. */
interface Thread {
  readonly pid: number;
  readonly tid: number;
  /** Null when the work is done or unknown. */
  work: Work | null;
}

interface Work {
  readonly message: RawEvent;
  readonly msg_type: string;
  readonly peer_id: number | bigint;
  at_least_ns: number;
  effects: number;
}

/** A node has some twenty threads; one processes messages. */
const MAX_THREADS = 1000;

/** Finds the message that caused each event. It needs the messages in both directions among the events. */
export class Causes implements Fold {
  /** In the model, coins need no cause. */
  readonly tracepoints = [
    ...["net:inbound_message", "net:outbound_message", ...Object.keys(NOTICES)],
    ...Object.keys(EFFECTS).filter((name) => !name.startsWith("utxocache:")),
  ];
  /** By process and thread, the oldest first. */
  readonly #threads = new Map<string, Thread>();
  /** The thread of the last event: one handles all messages of a node. */
  #thread: Thread | undefined;
  /** Whether some messages are left out on purpose: no cause is certain then. */
  #isLimited = false;
  #last: StreamEvent | null = null;
  #cause: Cause | null = null;
  #handled: HandledMessage | null = null;

  /** Takes the next event in order of time. */
  see(event: StreamEvent): void {
    this.#last = event;
    this.#handled = null;
    this.#cause = isNotice(event) ? this.#notice(event) : this.#add(event);
  }

  /** The message that caused the event that was seen last; null if none did, or if that is not certain. */
  of(event: StreamEvent): Cause | null {
    return event === this.#last ? this.#cause : null;
  }

  /** The message whose handling was over when the last event was seen; null if none was. */
  get handled(): HandledMessage | null {
    return this.#handled;
  }

  #add(event: RawEvent): Cause | null {
    if (this.#isLimited) return null;
    const thread = this.#threadOf(event);
    if (event.tracepoint === "net:inbound_message") {
      if (thread !== undefined) this.#end(thread, event);
      this.#begin(thread, event);
      return null;
    }
    if (!thread?.work) return null;
    if (event.tracepoint === "net:outbound_message" && DUE.has(event.msg_type)) {
      this.#end(thread, event);
      return null;
    }
    const { work } = thread;
    if (!canCause(work, event)) return null;
    const { msg_type, peer_id, message } = work;
    work.at_least_ns = nanosecondsBetween(message, event);
    work.effects++;
    return { msg_type, peer_id, after_ns: work.at_least_ns };
  }

  /** Messages may be missing around a notice, so the present work is unknown. */
  #notice(notice: Notice): null {
    this.#threads.clear();
    this.#thread = undefined;
    if (notice.tracepoint === "corelens:limited")
      this.#isLimited = notice.sample !== null || notice.rate !== null;
    return null;
  }

  #threadOf({ pid, tid }: RawEvent): Thread | undefined {
    const last = this.#thread;
    if (last !== undefined && last.tid === tid && last.pid === pid) return last;
    const found = this.#threads.get(`${pid} ${tid}`);
    if (found !== undefined) this.#thread = found;
    return found;
  }

  /** A message without its type or peer, whose memory was unreadable, causes nothing that could be named. */
  #begin(thread: Thread | undefined, message: RawEvent): void {
    const { msg_type, peer_id } = message;
    if (typeof msg_type !== "string") return;
    if (typeof peer_id !== "number" && typeof peer_id !== "bigint") return;
    const work = { message, msg_type, peer_id, at_least_ns: 0, effects: 0 };
    if (thread === undefined) this.#addThread(message, work);
    else thread.work = work;
  }

  #addThread({ pid, tid }: RawEvent, work: Work): void {
    this.#threads.set(`${pid} ${tid}`, { pid, tid, work });
    if (this.#threads.size <= MAX_THREADS) return;
    this.#threads.delete(this.#threads.keys().next().value!);
    this.#thread = undefined;
  }

  #end(thread: Thread, event: RawEvent): void {
    const { work } = thread;
    if (work === null) return;
    thread.work = null;
    const { message, at_least_ns, effects } = work;
    const at_most_ns = nanosecondsBetween(message, event);
    this.#handled = { message, at_least_ns, at_most_ns, effects };
  }
}

function canCause({ msg_type, peer_id }: Work, event: RawEvent): boolean {
  const includes = (types: readonly string[] | undefined) => types?.includes(msg_type) ?? false;
  if (event.tracepoint === "net:outbound_message") {
    const sent = String(event.msg_type);
    const table = event.peer_id === peer_id ? ANSWERS : RELAYED;
    return Object.hasOwn(table, sent) && includes(table[sent as keyof typeof table]);
  }
  if (!Object.hasOwn(EFFECTS, event.tracepoint)) return false;
  const types = EFFECTS[event.tracepoint]!;
  return types === null || includes(types);
}

function nanosecondsBetween({ ktime: from }: RawEvent, { ktime: to }: RawEvent): number {
  if (typeof from === "number" && typeof to === "number") return to - from;
  return Number(BigInt(to) - BigInt(from));
}
