import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import { isNotice, type Notice, type StreamEvent } from "../../src/event/notice.ts";

/** A session whose events' types do not matter: tests compare values. */
interface Session extends AsyncIterable<object> {
  stop(): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE_MS = 40_000;

/** Resolves when `condition` holds. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await sleep(10);
  }
}

/** Detaches and returns everything that happened: what the target did before this call is all in it. */
export async function everything(session: Session): Promise<StreamEvent[]> {
  await session.stop();
  const events: StreamEvent[] = [];
  for await (const event of session) events.push(event as StreamEvent);
  return events;
}

export function withoutNotices(events: readonly StreamEvent[]): RawEvent[] {
  return events.filter((event): event is RawEvent => !isNotice(event));
}

export function notices(events: readonly StreamEvent[]): Notice[] {
  return events.filter(isNotice);
}

/** Reads a session in the background, for tests of what happens meanwhile. */
export class Recorder {
  readonly events: StreamEvent[] = [];
  readonly #session: Session;
  readonly #reading: Promise<void>;

  constructor(session: Session) {
    this.#session = session;
    this.#reading = this.#read();
    onTestFinished(() => session.close());
  }

  /** Resolves when enough was recorded. */
  until(what: string, condition: (events: readonly StreamEvent[]) => boolean): Promise<void> {
    return until(what, () => condition(this.events));
  }

  /** Detaches and reads to the end. */
  async stop(): Promise<StreamEvent[]> {
    await this.#session.stop();
    await this.#reading;
    return this.events;
  }

  async #read(): Promise<void> {
    for await (const event of this.#session) this.events.push(event as StreamEvent);
  }
}
