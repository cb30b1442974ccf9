import { addressOf, syscall } from "./libc.ts";
import { isTraceable } from "./platform.ts";

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;

/**
 * Returns the process at the other end of a connected Unix socket; null if the system does not provide it, and for a
 * process of another PID namespace.
 */
export function peerProcess(descriptor: number): number | null {
  if (!isTraceable) return null;
  const credentials = Buffer.alloc(12);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(credentials.length);
  const result = syscall(
    "getsockopt",
    descriptor,
    SOL_SOCKET,
    SO_PEERCRED,
    addressOf(credentials),
    addressOf(length),
  );
  return result < 0 ? null : credentials.readInt32LE(0) || null;
}
