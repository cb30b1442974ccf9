import { type ChildProcess, spawn } from "node:child_process";

/** Far longer than a call takes from the socket to its thread. */
const IDLE_S = 1;

/**
 * Keeps a socket open for a second after this process closed it, or was killed.
 *
 * When a connection closes while a call is on its way from the socket to its thread (about 0.1 ms), a v30 node uses freed
 * objects and aborts. So a shell holds the same socket and closes it a second later; a call that has started does no
 * harm.
 */
export class IdleClose {
  readonly #shell: ChildProcess;

  /** @param descriptor of the socket */
  constructor(descriptor: number) {
    // The pipe closes when this process ends for any reason. The new session keeps the terminal's signals away.
    this.#shell = spawn("/bin/sh", ["-c", `read -r _; exec sleep ${IDLE_S}`], {
      detached: true,
      cwd: "/",
      env: { PATH: "/usr/bin:/bin" },
      stdio: ["pipe", "ignore", "ignore", descriptor],
    });
    this.#shell.on("error", () => {
      // Without a shell, the socket closes immediately.
    });
    this.#shell.unref();
    (this.#shell.stdin as unknown as { unref?(): void } | null)?.unref?.();
  }

  /** Starts the second. */
  end(): void {
    this.#shell.stdin?.destroy();
  }
}
