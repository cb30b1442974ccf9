import { type ChildProcess, spawn } from "node:child_process";

/** The rest of a call that was under way takes the node far less. */
const LINGER_S = 1;

/**
 * Keeps a socket open for a second after this process closed it, or was killed.
 *
 * A node that takes up a call just when its connection ends looks for what is gone already, and aborts: v30 does, for
 * as long as a call takes to get from the socket to its thread, about 0.1 ms. So a shell holds the same socket, and
 * closes it when the call has long begun; one that has begun does no harm.
 */
export class IdleClose {
  readonly #shell: ChildProcess;

  /** @param descriptor of the socket */
  constructor(descriptor: number) {
    // The pipe ends with this process, whatever ends it. A session of its own keeps signals of the terminal away.
    this.#shell = spawn("/bin/sh", ["-c", `read -r _; exec sleep ${LINGER_S}`], {
      detached: true,
      cwd: "/",
      env: { PATH: "/usr/bin:/bin" },
      stdio: ["pipe", "ignore", "ignore", descriptor],
    });
    this.#shell.on("error", () => {
      // Without a shell, the socket closes at once.
    });
    this.#shell.unref();
    (this.#shell.stdin as unknown as { unref?(): void } | null)?.unref?.();
  }

  /** Lets the second begin. */
  end(): void {
    this.#shell.stdin?.destroy();
  }
}
