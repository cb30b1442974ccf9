import type { Socket } from "node:net";
import { CorelensError } from "../../errors.ts";
import type { CredentialKind, FromAttacher, FromBroker, FromWorker } from "./messages.ts";

type Granted<K extends CredentialKind> = FromBroker & { readonly type: K };

/** The last request of each kind. Answers carry no request id, so requests of one kind are sent one after the other. */
const last: Record<CredentialKind, Promise<unknown>> = {
  rpc: Promise.resolve(),
  ipc: Promise.resolve(),
  file: Promise.resolve(),
};

/**
 * In a worker: asks the privileged process for access to the node or for an output file.
 * @param name of the file
 * @returns the answer, and the socket that came with it
 * @throws CorelensError the reason for a refusal; TRACER_GONE
 */
export function requestCredentials<K extends CredentialKind>(
  kind: K,
  name: string | null = null,
): Promise<{ readonly answer: Granted<K>; readonly socket: Socket | undefined }> {
  const request = last[kind].then(() => send(kind, name));
  last[kind] = request.catch(() => {});
  return request;
}

function send<K extends CredentialKind>(
  kind: K,
  name: string | null,
): Promise<{ readonly answer: Granted<K>; readonly socket: Socket | undefined }> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      process.off("message", onMessage);
      process.off("disconnect", onEnd);
      act();
    };
    const onMessage = (message: FromAttacher, socket: Socket | undefined): void => {
      if (message.type === kind) settle(() => resolve({ answer: message as Granted<K>, socket }));
      if (message.type === "refused" && message.kind === kind) {
        settle(() => reject(CorelensError.from(message)));
      }
    };
    const onEnd = (): void =>
      settle(() => reject(new CorelensError("TRACER_GONE", "the privileged process ended")));
    process.on("message", onMessage);
    process.on("disconnect", onEnd);
    // Without this check and the callback, sending over a closed channel would end the process.
    if (!process.connected) return onEnd();
    const request: FromWorker =
      kind === "file" ? { type: "file?", name } : { type: `${kind as "rpc" | "ipc"}?` };
    process.send?.(request, undefined, {}, (error) => {
      if (error) onEnd();
    });
  });
}
