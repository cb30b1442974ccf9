import { Server } from "../../capnp/server.ts";
import type { Capability } from "../../capnp/types.ts";
import { Thread, ThreadMap } from "./schema/proxy.ts";

/**
 * The node creates a thread here for each of its threads that calls back, and gives it the same name. Since this process
 * has one thread, these are only names.
 */
class CallbackThread extends Server<typeof Thread.methods> {
  readonly nodeThread: string;

  constructor(nodeThread: string) {
    super(Thread, { getName: () => ({ result: nodeThread }) });
    this.nodeThread = nodeThread;
  }
}

export function callbackThreads(): Server {
  return new Server(ThreadMap, {
    makeThread: ({ name }) => ({ result: new CallbackThread(name) }),
  });
}

/** The node's thread that makes a call, e.g. `bitcoin-node-4711/b-scheduler-4715`. */
export function nodeThreadOf(thread: Capability | null | undefined): string | null {
  return thread instanceof CallbackThread ? thread.nodeThread : null;
}
