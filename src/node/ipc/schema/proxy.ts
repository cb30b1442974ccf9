import { interfaceType, method, reference, struct, Text } from "../../../capnp/schema.ts";

/** libmultiprocess: selects the thread of a method. */

export const Thread = interfaceType("Thread", 0x81c1e2600d0b56c5n, {
  getName: method(0, {}, { result: Text }),
});

export const ThreadMap = interfaceType("ThreadMap", 0xee5e37179ad9dc9dn, {
  makeThread: method(0, { name: Text }, { result: reference("Thread") }),
});

/** Names a thread of the server, which runs the call, and a thread of the client, which runs callbacks meanwhile. */
const Context = struct("Context", {
  thread: reference("Thread"),
  callbackThread: reference("Thread"),
});

/** The first parameter of nearly every method. */
export const context = { context: Context } as const;
