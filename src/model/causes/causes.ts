import type { RawEvent } from "../../event/event.ts";
import type { Notice } from "../../event/notice.ts";
import { ANSWERS, DUE, EFFECTS, RELAYED } from "./rules.ts";

/** The message that caused an event. */
export interface Cause {
  readonly msg_type: string;
  readonly peer_id: number | bigint;
  /** Nanoseconds from the message to the event, by the kernel's clock. */
  readonly after_ns: number;
}

/** What a thread works on. */
interface Work {
  readonly msg_type: string;
  readonly peer_id: number | bigint;
  readonly ktime: number | bigint;
  isDone: boolean;
}

/** A node has some twenty threads; one processes messages. */
const MAX_THREADS = 1000;

/** Finds the message that caused each event. It needs the messages in both directions among the events. */
export class Causes {
  /** By process and thread; the least recently started work first. */
  readonly #work = new Map<string, Work>();
  /** Whether some messages are left out on purpose: no cause is certain then. */
  #isLimited = false;

  /**
   * Takes the next event in order of time.
   * @returns the message that caused it; null if none did, or if that is not certain
   */
  add(event: RawEvent): Cause | null {
    const thread = `${event.pid} ${event.tid}`;
    if (event.tracepoint === "net:inbound_message") {
      this.#begin(thread, event);
      return null;
    }
    const work = this.#isLimited ? undefined : this.#work.get(thread);
    if (work === undefined || work.isDone) return null;
    if (event.tracepoint === "net:outbound_message" && DUE.has(String(event.msg_type))) {
      work.isDone = true;
      return null;
    }
    if (!canCause(work, event)) return null;
    const { msg_type, peer_id, ktime } = work;
    return { msg_type, peer_id, after_ns: Number(BigInt(event.ktime) - BigInt(ktime)) };
  }

  /** Takes a notice. Messages may be missing around it, so the present work is unknown. */
  addNotice(notice: Notice): void {
    this.#work.clear();
    if (notice.tracepoint === "corelens:limited")
      this.#isLimited = notice.sample !== null || notice.rate !== null;
  }

  /** A message without its type or peer, whose memory was unreadable, causes nothing that could be named. */
  #begin(thread: string, { msg_type, peer_id, ktime }: RawEvent): void {
    this.#work.delete(thread);
    if (typeof msg_type !== "string") return;
    if (typeof peer_id !== "number" && typeof peer_id !== "bigint") return;
    this.#work.set(thread, { msg_type, peer_id, ktime, isDone: false });
    if (this.#work.size > MAX_THREADS) this.#work.delete(this.#work.keys().next().value!);
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
