import { CorelensError } from "../errors.ts";
import { errnoName, syscall } from "./libc.ts";
import { isTraceable } from "./platform.ts";

const LOCK_EX = 2;
const LOCK_NB = 4;
const EAGAIN = -11;

/**
 * Locks an open file for this process. The lock ends when the descriptor closes, also if the process is killed.
 * @returns false if another process holds the lock
 * @throws CorelensError KERNEL_REFUSED where the file system cannot lock
 */
export function lockFile(descriptor: number): boolean {
  // Node offers no lock; elsewhere than on Linux corelens cannot trace, so hardly anything writes.
  if (!isTraceable) return true;
  const result = syscall("flock", descriptor, LOCK_EX | LOCK_NB);
  if (result === EAGAIN) return false;
  if (result < 0) throw new CorelensError("KERNEL_REFUSED", `flock failed: ${errnoName(result)}`);
  return true;
}
