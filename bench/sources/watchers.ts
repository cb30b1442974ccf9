import { setTimeout as sleep } from "node:timers/promises";
import type { EventSource } from "#src/event/source.js";
import type { CallbackName } from "#src/node/ipc/callbacks.js";
import { IpcConnection } from "#src/node/ipc/ipc-connection.js";
import { attach } from "#src/session/attach/attach.js";
import { count } from "#src/session/attach/count.js";
import type { CountSession } from "#src/session/attach/count-session.js";
import { IpcSource } from "#src/session/source/ipc-source.js";
import { MergedSource } from "#src/session/source/merged/merged-source.js";
import { sum } from "#src/util/statistics.js";
import type { CoinNode } from "../coin-node.ts";
import { attachEmptyProgram } from "../empty-program.ts";

/** Something that watches the node. */
export interface Watcher {
  /** How many events it has delivered. */
  seen(): Promise<number>;
  lost(): number;
  stop(): Promise<void>;
}

export interface WatcherKind {
  readonly name: string;
  /** Whether it adds up events as long as it runs, and not only while blocks are connected. */
  readonly isPolling?: boolean;
  begin(node: CoinNode): Promise<Watcher | null>;
}

export const NOTHING: WatcherKind = { name: "nothing", begin: async () => null };

/** The least that streaming can cost. */
const EMPTY_PROGRAM: WatcherKind = {
  name: "an empty program at all tracepoints",
  begin: async ({ program }) => {
    const detach = attachEmptyProgram(program);
    return { seen: async () => 0, lost: () => 0, stop: async () => detach() };
  },
};
export const STREAMING: WatcherKind = {
  name: "all tracepoints, streaming",
  begin: ({ pid }) => reading(attach({ target: pid })),
};
export const COUNTING: WatcherKind = {
  name: "tracepoints of coins, counting",
  begin: async ({ pid }) => counting(count({ target: pid, tracepoints: ["utxocache:*"] })),
};

export const WATCHERS: readonly WatcherKind[] = [
  NOTHING,
  EMPTY_PROGRAM,
  {
    name: "tracepoint of blocks, streaming",
    begin: ({ pid }) => reading(attach({ target: pid, tracepoints: ["validation:*"] })),
  },
  STREAMING,
  COUNTING,
  { name: "IPC, waiting for the tip", begin: ({ socket }) => callingBack(socket, []) },
  {
    name: "IPC, polling without a pause",
    isPolling: true,
    begin: ({ socket }) => polling(socket),
  },
  { name: "IPC callbacks of the chain", begin: ({ socket }) => callingBack(socket, ["chain"]) },
  { name: "IPC callbacks for coins", begin: ({ socket }) => callingBack(socket, ["utxo"]) },
  {
    name: "all tracepoints and IPC callbacks of the chain, merged",
    begin: async ({ pid, socket }) => {
      const ipc = await IpcSource.open(socket, { callbacks: ["chain"] });
      return reading(new MergedSource(attach({ target: pid }), ipc), 10);
    },
  },
];

async function callingBack(socket: string, callbacks: readonly CallbackName[]): Promise<Watcher> {
  const source = await IpcSource.open(socket, { callbacks });
  return reading(source, source.kinds.length);
}

/** @param kinds number of kinds that the source is attached to at last; the watcher is ready then */
async function reading(source: EventSource, kinds = 1): Promise<Watcher> {
  let attached = 0;
  const run = async (): Promise<void> => {
    for await (const batch of source.batches()) {
      for (const event of batch) {
        if (event.tracepoint === "corelens:attached") attached = Number(event.tracepoints);
      }
    }
  };
  const running = run();
  const tallies = () => [...source.tallies().values()];
  while (attached < kinds) await sleep(5);
  return {
    seen: async () => sum(tallies().map(({ delivered }) => delivered)),
    lost: () => sum(tallies().map(({ lost }) => lost)),
    stop: async () => {
      await source.stop();
      await running;
      await source.close();
    },
  };
}

function counting(session: CountSession): Watcher {
  return {
    seen: async () => sum((await session.counts()).groups.map((group) => group.count)),
    lost: () => 0,
    stop: async () => {
      await session.stop();
      await session.close();
    },
  };
}

async function polling(socket: string): Promise<Watcher> {
  const ipc = await IpcConnection.open(socket);
  const { node } = ipc;
  if (node === null) throw new Error("this node does not offer the IPC interface Node");
  let polls = 0;
  let isOver = false;
  const poll = async (): Promise<void> => {
    for (; !isOver; polls++) await node.getMempoolSize();
  };
  const running = poll();
  return {
    seen: async () => polls,
    lost: () => 0,
    stop: async () => {
      isOver = true;
      await running;
      ipc.close();
    },
  };
}
