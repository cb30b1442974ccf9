import { CorelensError } from "../errors.ts";
import { EACCES, EPERM, errnoName } from "../kernel/libc.ts";

/** The error for a call that the kernel answered with a negative errno. */
export function refusal(errno: number, doing: string): CorelensError {
  const lacksRights = errno === -EPERM || errno === -EACCES;
  return new CorelensError(
    lacksRights ? "NO_PERMISSION" : "KERNEL_REFUSED",
    `${doing} failed: ${errnoName(errno)}`,
  );
}
