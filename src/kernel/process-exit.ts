import koffi from "koffi";
import { syscall } from "./libc.ts";

/**
 * Calls back as soon as a process ends, whoever started it. A kernel older than 5.3 cannot tell.
 * @returns ends the waiting
 */
export function onProcessExit(pid: number, callback: () => void): () => void {
  const descriptor = syscall("pidfd_open", pid, 0);
  if (descriptor < 0) return () => {};
  let isOpen = true;
  const handle = koffi.node.poll(descriptor, { readable: true }, () => {
    if (!isOpen) return;
    close();
    callback();
  });
  handle.unref();
  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    handle.close();
    syscall("close", descriptor);
  }
  return close;
}
