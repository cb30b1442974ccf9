import type { Capability, Interface, Method } from "../../../capnp/types.ts";
import type { Arguments, NodeThread } from "../node-thread.ts";

/** A client of one interface of a node. Calls reject with a CorelensError IPC_*; with IPC_CLOSED once the node is gone. */
export class Client<M> {
  protected readonly capability: Capability;
  protected readonly thread: NodeThread;
  protected readonly methods: M;

  constructor(type: Interface<M>, capability: Capability, thread: NodeThread) {
    this.methods = type.methods;
    this.capability = capability;
    this.thread = thread;
  }

  protected call<P, R>(method: Method<P, R>, params: Arguments<P> = {}): Promise<R> {
    return this.thread.call(this.capability, method, params);
  }
}
