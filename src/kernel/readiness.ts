import { loadKoffi } from "./koffi.ts";

type PollHandle = InstanceType<ReturnType<typeof loadKoffi>["node"]["PollHandle"]>;

/**
 * Waits on the event loop until a descriptor is readable. Keep a reference to this object: when it is
 * garbage-collected, the handle silently stops reporting.
 */
export class Readiness {
  readonly #handle: PollHandle;
  #resume: (() => void) | undefined;

  constructor(fd: number) {
    this.#handle = loadKoffi().node.poll(fd, { readable: true }, () => this.wake());
    this.#handle.stop();
  }

  /** Resolves when the descriptor is readable, or after `timeoutMs`, or when closed. */
  wait(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake(), timeoutMs);
      this.#resume = () => {
        clearTimeout(timer);
        this.#resume = undefined;
        this.#handle.stop();
        resolve();
      };
      // The poll is level-triggered: outside a wait it would fire continuously.
      this.#handle.start({ readable: true }, () => this.wake());
    });
  }

  /** Ends a wait early. */
  wake(): void {
    this.#resume?.();
  }

  close(): void {
    this.wake();
    this.#handle.close();
  }
}
