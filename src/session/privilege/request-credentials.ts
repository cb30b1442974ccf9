import type { Socket } from "node:net";
import { CorelensError } from "../../errors.ts";
import type { FromAttacher, FromBroker, FromWorker } from "./messages.ts";

/** What there is to be had from the privileged process, each by its own word. */
type Thing = "rpc" | "ipc" | "file";

/** The answer that is no refusal. */
type Given<T extends Thing> = FromBroker & { readonly type: T };

/** Those who ask for the same wait for each other: an answer does not say whose it is. */
const last: Record<Thing, Promise<unknown>> = {
  rpc: Promise.resolve(),
  ipc: Promise.resolve(),
  file: Promise.resolve(),
};

/**
 * Asks the privileged process for something of the node's; for a worker.
 * @param name which file it is about
 * @returns its answer, and the socket that came with it
 * @throws CorelensError the reason why it cannot be had; TRACER_GONE
 */
export function requestCredentials<T extends Thing>(
  thing: T,
  name: string | null = null,
): Promise<{ readonly answer: Given<T>; readonly socket: Socket | undefined }> {
  const asked = last[thing].then(() => ask(thing, name));
  last[thing] = asked.catch(() => {});
  return asked;
}

function ask<T extends Thing>(
  thing: T,
  name: string | null = null,
): Promise<{ readonly answer: Given<T>; readonly socket: Socket | undefined }> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      process.off("message", onMessage);
      process.off("disconnect", onEnd);
      act();
    };
    const onMessage = (message: FromAttacher, socket: Socket | undefined): void => {
      if (message.type === thing) settle(() => resolve({ answer: message as Given<T>, socket }));
      if (message.type === "refused" && message.thing === thing) {
        settle(() => reject(CorelensError.from(message)));
      }
    };
    const onEnd = (): void =>
      settle(() => reject(new CorelensError("TRACER_GONE", "the privileged process ended")));
    process.on("message", onMessage);
    process.on("disconnect", onEnd);
    // A channel that closed meanwhile would end the process; that it did is told by its callback too.
    if (!process.connected) return onEnd();
    const question: FromWorker =
      thing === "file" ? { type: "file?", name } : { type: `${thing as "rpc" | "ipc"}?` };
    process.send?.(question, undefined, {}, (error) => {
      if (error) onEnd();
    });
  });
}
