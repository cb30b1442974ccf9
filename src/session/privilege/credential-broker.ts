import type { ChildProcess } from "node:child_process";
import { CorelensError } from "../../errors.ts";
import { sendDescriptor } from "../../kernel/pass-descriptor.ts";
import type { Connector } from "../../node/ipc/connector.ts";
import type { FindAccess } from "../../node/rpc/access.ts";
import type { CredentialKind, FromBroker } from "./messages.ts";
import type { OutputFile } from "./output-file.ts";

/** The privileged process's access to the node, on behalf of a command; null where the command has none. */
export interface NodeAccess {
  readonly rpc: FindAccess | null;
  readonly ipc: Connector | null;
}

/**
 * Opens the files of a command's command line, for a worker that lacks the rights.
 * @param name chooses among several files; null for the only one. A peer may have taken over the worker: refuse every
 *   name that is not one of the command's
 * @throws CorelensError FILE_UNWRITABLE
 */
export type OpenOutput = (name: string | null) => Promise<OutputFile>;

/** Opens a file and sends its descriptor through the socket that the worker inherited, then reports it. */
export function sendFile(
  worker: ChildProcess,
  socket: number,
  open: OpenOutput,
  name: string | null,
): Promise<void> {
  return answer(worker, "file", async () => {
    const file = await open(name);
    try {
      sendDescriptor(socket, file.descriptor);
    } finally {
      await file.close();
    }
    return { message: { type: "file", path: file.path } };
  });
}

/** Answers a worker's request for access to the node. A command without that access gets no answer. */
export async function sendCredentials(
  worker: ChildProcess,
  access: NodeAccess,
  kind: keyof NodeAccess,
): Promise<void> {
  const { rpc, ipc } = access;
  if (kind === "rpc" && rpc) {
    await answer(worker, kind, async () => ({ message: { type: "rpc", access: await rpc() } }));
  } else if (kind === "ipc" && ipc) {
    await answer(worker, kind, async () => {
      const { path, socket } = await ipc();
      return { message: { type: "ipc", path }, socket };
    });
  }
}

interface BrokerAnswer {
  readonly message: FromBroker;
  readonly socket?: Parameters<ChildProcess["send"]>[1];
}

/** Sends the answer, or why there is none. */
async function answer(
  worker: ChildProcess,
  kind: CredentialKind,
  find: () => Promise<BrokerAnswer>,
): Promise<void> {
  const send = ({ message, socket }: BrokerAnswer): void => {
    if (worker.connected) worker.send(message, socket, {}, () => {});
  };
  try {
    send(await find());
  } catch (error) {
    if (!(error instanceof CorelensError)) throw error;
    send({ message: { type: "refused", kind, ...error.problem } });
  }
}
