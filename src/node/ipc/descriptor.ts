import type { Socket } from "node:net";

/** The file descriptor of a connected socket, which has no public API in Node.js; null if there is none. */
export function descriptorOf(socket: Socket): number | null {
  const { _handle: handle } = socket as { readonly _handle?: { readonly fd?: number } };
  return handle?.fd ?? null;
}
