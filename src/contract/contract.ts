import { ADDRMAN } from "./addrman.ts";
import { COIN_SELECTION } from "./coin-selection.ts";
import { MEMPOOL } from "./mempool.ts";
import { NET } from "./net.ts";
import type { Layout, Tracepoint } from "./types.ts";
import { UTXOCACHE } from "./utxocache.ts";
import { VALIDATION } from "./validation.ts";

/** Every tracepoint of Bitcoin Core by its name, `context:event`, with the layout of each release since v23. */
export const CONTRACT = {
  ...NET,
  ...MEMPOOL,
  ...VALIDATION,
  ...UTXOCACHE,
  ...COIN_SELECTION,
  ...ADDRMAN,
} as const satisfies Record<string, Tracepoint>;

/** Since this release every tracepoint has a semaphore. */
export const SEMAPHORES_SINCE = 29;

/** Contexts that a complete build can lack: a build without a wallet has no coin selection. */
export const OPTIONAL_CONTEXTS: ReadonlySet<string> = new Set(["coin_selection"]);

/** The contract's entries without their literal types, for code that handles all in the same way. */
export const TRACEPOINTS: ReadonlyMap<string, Tracepoint> = new Map(Object.entries(CONTRACT));

/** The releases with different tracepoints, from 23 on. The last one also means all later releases. */
export const RELEASES: readonly number[] = releases();

/** `net` of `net:inbound_message`. */
export function contextOf(name: string): string {
  return name.slice(0, name.indexOf(":"));
}

/** Whether `release` has this layout. */
export function isLayoutOf(layout: Layout, release: number): boolean {
  return (
    layout.since !== null &&
    layout.since <= release &&
    (layout.until === null || release <= layout.until)
  );
}

function releases(): number[] {
  const since = [...TRACEPOINTS.values()]
    .flatMap((tracepoint) => tracepoint.layouts)
    .flatMap((layout) => layout.since ?? []);
  const first = Math.min(...since);
  return Array.from({ length: Math.max(...since) - first + 1 }, (_, index) => first + index);
}
