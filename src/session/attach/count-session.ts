import { setTimeout as sleep } from "node:timers/promises";
import { countsOf } from "../../counting/counts.ts";
import type { Counts } from "../../counting/group.ts";
import type { Cost } from "../../event/cost.ts";
import { isNotice, type Notice } from "../../event/notice.ts";
import type { CountSnapshot, CountSource } from "../source/count-source.ts";
import type { TraceSession } from "./session.ts";

/** Counts events in the kernel. The counts are exact once it has stopped. */
export class CountSession implements CountSource {
  readonly #session: TraceSession;
  readonly #by: readonly string[];
  readonly #begin = performance.now();

  /**
   * @param session a session with one count request that delivers no events
   * @param by the fields that the request groups by
   */
  constructor(session: TraceSession, by: readonly string[]) {
    this.#session = session;
    this.#by = by;
  }

  /** The counts since the start. */
  async counts(): Promise<Counts> {
    const [rows = []] = await this.#session.counts();
    return countsOf(rows, this.#by);
  }

  async *snapshots(everyMs: number | null): AsyncGenerator<CountSnapshot> {
    const notices: Notice[] = [];
    let ended = false;
    const waking = new AbortController();
    const reading = this.#readNotices(notices).finally(() => {
      ended = true;
      waking.abort();
    });
    // `await reading` below throws its error.
    reading.catch(() => {});
    try {
      for (let next = this.#begin; everyMs !== null && !ended; ) {
        next += everyMs;
        const wait = Math.max(0, next - performance.now());
        await sleep(wait, undefined, { signal: waking.signal }).catch(() => {});
        if (!ended) yield await this.#snapshot(notices);
      }
      await reading;
    } finally {
      await this.stop();
    }
    yield await this.#snapshot(notices);
  }

  cost(): Promise<Cost | null> {
    return this.#session.cost();
  }

  stop(): Promise<void> {
    return this.#session.stop();
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  async #snapshot(notices: Notice[]): Promise<CountSnapshot> {
    return {
      time: Date.now(),
      seconds: (performance.now() - this.#begin) / 1000,
      counts: await this.counts(),
      notices: notices.splice(0),
    };
  }

  async #readNotices(notices: Notice[]): Promise<void> {
    for await (const events of this.#session.batches()) notices.push(...events.filter(isNotice));
  }
}
