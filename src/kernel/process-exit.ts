import { loadKoffi } from "./koffi.ts";
import { syscall } from "./libc.ts";

/**
 * Calls back as soon as a process ends, whether or not it is a child. Does nothing on kernels older than 5.3.
 * @returns cancels the callback
 */
export function onProcessExit(pid: number, callback: () => void): () => void {
  const descriptor = syscall("pidfd_open", pid, 0);
  if (descriptor < 0) return () => {};
  let isOpen = true;
  const handle = loadKoffi().node.poll(descriptor, { readable: true }, () => {
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
