import { setTimeout as sleep } from "node:timers/promises";
import { ktimeNow, type RawIpcEvent } from "./events.ts";
import type { IpcConnection } from "./ipc-connection.ts";

/** Each wait for the tip ends after this time, so that a node that disappeared is noticed. */
const WAIT_MS = 10_000;
const NO_BLOCK = "0".repeat(64);

/** The pause after a call that ends without a change, for example because the tip changed back. */
const PAUSE_MS = 100;

/**
 * Reports every change of the tip until the node shuts down. It uses its own thread of the node.
 * @throws CorelensError IPC_CLOSED if the connection ends first
 */
export async function followTip(
  ipc: IpcConnection,
  report: (event: RawIpcEvent) => void,
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
    report({ name: "ipc:tip_changed", ktime: ktimeNow(), thread: null, values: { ...tip } });
  }
}
