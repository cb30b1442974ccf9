import { expect, it } from "vitest";
import { CorelensError } from "../../../src/errors.ts";
import type { EventKind } from "../../../src/event/kind.ts";
import { NOTHING } from "../../../src/event/loss.ts";
import type { StreamEvent } from "../../../src/event/notice.ts";
import type { EventSource } from "../../../src/event/source.ts";
import { MergedSource } from "../../../src/session/source/merged/merged-source.ts";

const TXID = { name: "txid", type: "hash", meaning: "" } as const;

/** A source that delivers what it is given, and ends when it is stopped. */
class GivenSource implements EventSource {
  readonly kinds: readonly EventKind[];
  isStopped = false;
  pulled = 0;
  readonly #batches: readonly StreamEvent[][];
  readonly #failure: Error | undefined;
  #end: () => void = () => {};

  constructor(name: string, batches: readonly StreamEvent[][], failure?: Error) {
    this.kinds = [{ name, fields: [TXID] }];
    this.#batches = batches;
    this.#failure = failure;
  }

  async *batches(): AsyncGenerator<StreamEvent[]> {
    for (const batch of this.#batches) {
      this.pulled++;
      yield batch;
    }
    if (this.#failure) throw this.#failure;
    if (!this.isStopped) {
      await new Promise<void>((resolve) => {
        this.#end = resolve;
      });
    }
  }

  tallies() {
    const delivered = this.#batches.flat().length;
    return new Map([[this.kinds[0]!.name, { ...NOTHING, delivered }]]);
  }

  async cost() {
    return null;
  }

  async stop() {
    this.isStopped = true;
    this.#end();
  }

  close() {
    return this.stop();
  }
}

const NAMES = { usdt: "mempool:added", ipc: "ipc:transaction_added_to_mempool" } as const;

function events(source: keyof typeof NAMES, count: number): StreamEvent[] {
  const now = Number(process.hrtime.bigint());
  return Array.from({ length: count }, (_, i) => ({
    tracepoint: NAMES[source],
    ...{ time: 0, ktime: now + i, tid: 1, thread: null, cpu: 0, pid: 1, txid: `${i}` },
  }));
}

it("an event that both sources report is counted once", async () => {
  const usdt = new GivenSource(NAMES.usdt, [events("usdt", 3)]);
  const ipc = new GivenSource(NAMES.ipc, [events("ipc", 2)]);
  const merged = new MergedSource(usdt, ipc);
  const shown: StreamEvent[] = [];
  for await (const batch of merged.batches()) {
    shown.push(...batch);
    if (shown.length === 3) await merged.stop();
  }
  expect(shown).toHaveLength(3);
  expect(merged.tallies().get(NAMES.usdt)!.delivered).toBe(3);
  expect(merged.tallies().get(NAMES.ipc)!.delivered).toBe(0);
});

it("the merged source announces the fields of both sources", () => {
  const usdt = new GivenSource(NAMES.usdt, []);
  const ipc = new GivenSource(NAMES.ipc, []);
  const names = new MergedSource(usdt, ipc).kinds.map(({ name, fields }) => [
    name,
    fields.map((field) => field.name),
  ]);
  expect(names).toEqual([
    [NAMES.usdt, ["txid", "ipc_ktime", "late", "sources"]],
    [NAMES.ipc, ["txid", "late", "sources"]],
  ]);
});

it("a reader that does not read makes the sources wait", async () => {
  const batches = Array.from({ length: 6 }, () => events("usdt", 40_000));
  const usdt = new GivenSource(NAMES.usdt, batches);
  const merged = new MergedSource(usdt, new GivenSource(NAMES.ipc, []));
  const stream = merged.batches();
  const first = await stream.next();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const held = usdt.pulled * 40_000 - first.value!.length;
  expect(held).toBeLessThanOrEqual(140_000);
  let shown = first.value!.length;
  for await (const batch of stream) {
    shown += batch.length;
    if (shown === 240_000) await merged.stop();
  }
  expect(shown).toBe(240_000);
});

it("when one source fails, the events until then are delivered, the other source ends, and the error has the reason", async () => {
  const failure = new CorelensError("TRACER_GONE", "gone");
  const usdt = new GivenSource(NAMES.usdt, [events("usdt", 2)], failure);
  const ipc = new GivenSource(NAMES.ipc, [events("ipc", 1)]);
  const shown: StreamEvent[] = [];
  const read = async (): Promise<void> => {
    for await (const batch of new MergedSource(usdt, ipc).batches()) shown.push(...batch);
  };
  await expect(read()).rejects.toBe(failure);
  expect(shown).toHaveLength(2);
  expect(ipc.isStopped).toBe(true);
});
