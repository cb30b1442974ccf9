import { Server } from "../../capnp/server.ts";
import type { Capability } from "../../capnp/types.ts";
import { Thread, ThreadMap } from "./schema/proxy.ts";

/**
 * The node makes a thread here for each of its own that calls back, and names it after that one. There is only one
 * thread here, so that they all are the same but for their names.
 */
class OwnThread extends Server<typeof Thread.methods> {
  readonly nodeThread: string;

  constructor(nodeThread: string) {
    super(Thread, { getName: () => ({ result: nodeThread }) });
    this.nodeThread = nodeThread;
  }
}

export function ownThreads(): Server {
  return new Server(ThreadMap, { makeThread: ({ name }) => ({ result: new OwnThread(name) }) });
}

/** Which of the node's threads makes a call, such as `bitcoin-node-4711/b-scheduler-4715`. */
export function nodeThreadOf(thread: Capability | null | undefined): string | null {
  return thread instanceof OwnThread ? thread.nodeThread : null;
}
