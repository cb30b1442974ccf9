import { syscall } from "../kernel/libc.ts";

/** Maps, programs and links live as long as a descriptor refers to them. */
export function closeDescriptor(fd: number): void {
  syscall("close", fd);
}
