import koffi from "koffi";

/**
 * Waits on the event loop until a descriptor is readable. The handle lives as long as this object is
 * referenced; one that is collected would stop reporting without a word.
 */
export class Readiness {
  readonly #handle: InstanceType<typeof koffi.node.PollHandle>;
  #resume: (() => void) | undefined;

  constructor(fd: number) {
    this.#handle = koffi.node.poll(fd, { readable: true }, () => this.wake());
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
      // Level-triggered: it is started for each wait only, or it would fire on and on.
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
