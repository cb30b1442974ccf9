import type { ChildProcess } from "node:child_process";
import { CorelensError } from "../../errors.ts";
import { sendDescriptor } from "../../kernel/pass-descriptor.ts";
import type { Connector } from "../../node/ipc/connector.ts";
import type { FindAccess } from "../../node/rpc/access.ts";
import type { FromBroker } from "./messages.ts";
import type { OutputFile } from "./output-file.ts";

/** How the privileged process gets at what a command may ask of the node; null where it may not. */
export interface NodeAccess {
  readonly rpc: FindAccess | null;
  readonly ipc: Connector | null;
}

/**
 * Opens the files that a command writes, as its command line says, for a worker that may not.
 * @param name which of them; null where there is no choice. It is the word of a worker that strangers may have taken
 *   over: nothing is opened for a name that is not one of the command's
 * @throws CorelensError FILE_UNWRITABLE
 */
export type OpenOutput = (name: string | null) => Promise<OutputFile>;

/** Opens a file, and sends its descriptor through the socket that the worker inherited before it says so. */
export async function giveFile(
  worker: ChildProcess,
  socket: number,
  open: OpenOutput,
  name: string | null,
): Promise<void> {
  const send = (message: FromBroker): void => {
    if (worker.connected) worker.send(message, () => {});
  };
  try {
    const file = await open(name);
    try {
      sendDescriptor(socket, file.descriptor);
    } finally {
      await file.close();
    }
    send({ type: "file", path: file.path });
  } catch (error) {
    if (!(error instanceof CorelensError)) throw error;
    send({ type: "refused", thing: "file", ...error.problem });
  }
}

/** Answers a worker that asks for one of them. */
export async function sendCredentials(
  worker: ChildProcess,
  access: NodeAccess,
  thing: keyof NodeAccess,
): Promise<void> {
  const send = (message: FromBroker, socket?: Parameters<ChildProcess["send"]>[1]): void => {
    if (worker.connected) worker.send(message, socket, {}, () => {});
  };
  try {
    if (thing === "rpc" && access.rpc) {
      send({ type: "rpc", access: await access.rpc() });
    } else if (thing === "ipc" && access.ipc) {
      const { path, socket } = await access.ipc();
      send({ type: "ipc", path }, socket);
    }
  } catch (error) {
    if (!(error instanceof CorelensError)) throw error;
    send({ type: "refused", thing, ...error.problem });
  }
}
