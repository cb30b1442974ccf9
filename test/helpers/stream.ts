import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { Notice } from "../../src/session/notice.ts";
import type { TraceSession } from "../../src/session/session.ts";
import type { Envelope } from "../../src/tracer/decoder.ts";

type Streamed = Envelope | Notice;

const PATIENCE_MS = 20_000;

/** Resolves when `condition` holds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await sleep(10);
  }
}

/** Detaches and returns everything that happened: what the target did before this call is all in it. */
export async function everything<Each extends Streamed>(
  session: TraceSession<Each>,
): Promise<Each[]> {
  await session.stop();
  const events: Each[] = [];
  for await (const event of session) events.push(event);
  return events;
}

/** What happened to the target rather than to the stream. */
export function withoutNotices<Each extends Streamed>(events: readonly Each[]): Exclude<Each, Notice>[] {
  return events.filter((event): event is Exclude<Each, Notice> => !isNotice(event));
}

export function notices(events: readonly Streamed[]): Notice[] {
  return events.filter(isNotice);
}

function isNotice(event: Streamed): event is Notice {
  return event.tracepoint.startsWith("corelens:");
}

/** Reads a session in the background, for tests of what happens meanwhile. */
export class Recorder<Each extends Streamed> {
  readonly events: Each[] = [];
  readonly #session: TraceSession<Each>;
  readonly #reading: Promise<void>;

  constructor(session: TraceSession<Each>) {
    this.#session = session;
    this.#reading = this.#read();
    onTestFinished(() => session.close());
  }

  /** Resolves when enough was recorded. */
  until(what: string, condition: (events: readonly Each[]) => boolean): Promise<void> {
    return until(what, () => condition(this.events));
  }

  /** Detaches and reads to the end. */
  async stop(): Promise<Each[]> {
    await this.#session.stop();
    await this.#reading;
    return this.events;
  }

  async #read(): Promise<void> {
    for await (const event of this.#session) this.events.push(event);
  }
}
