import { setTimeout as sleep } from "node:timers/promises";
import { ktimeNow, type RawIpcEvent } from "./events.ts";
import type { IpcConnection } from "./ipc-connection.ts";

/** A wait for the tip is asked for anew after so long, so that a node that is gone without a word is noticed. */
const WAIT_MS = 10_000;
const NO_BLOCK = "0".repeat(64);

/** Between calls that end at once without news, as one may when the tip comes back to what it was. */
const PAUSE_MS = 100;

/**
 * Tells of every change of the tip, on a thread of the node's of its own, until the node shuts down.
 * @throws CorelensError IPC_CLOSED when the connection ends before
 */
export async function followTip(
  ipc: IpcConnection,
  tell: (event: RawIpcEvent) => void,
): Promise<void> {
  const mining = ipc.miningOn(await ipc.makeThread("corelens tip"))!;
  let known = (await mining.getTip())?.hash ?? NO_BLOCK;
  for (;;) {
    const tip = await mining.waitTipChanged(known, WAIT_MS);
    if (tip === null || tip.hash === NO_BLOCK) return;
    if (tip.hash === known) {
      await sleep(PAUSE_MS);
      continue;
    }
    known = tip.hash;
    tell({ name: "ipc:tip_changed", ktime: ktimeNow(), thread: null, values: { ...tip } });
  }
}
