import type { CorelensError, Problem } from "../errors.ts";
import { isTraceable } from "../kernel/platform.ts";
import type { NodeAccess } from "../session/privilege/credential-broker.ts";
import { requestIpcConnection } from "../session/privilege/ipc-access.ts";
import { requestRpcAccess } from "../session/privilege/rpc-access.ts";
import { isWorker } from "./run-session.ts";

/** The work of a command that attaches to nothing. */
export interface RightlessWork<Prepared> {
  /** Access to the node; all null when the command does not call it. */
  readonly access: NodeAccess;
  /** Why nothing is traced; null when the command does not trace. */
  readonly obstacle?: CorelensError | null;
  /** Loads all code and files of corelens: they may be unreadable without privileges. */
  readonly prepare: (obstacle: Problem | null) => Promise<Prepared>;
  /** @returns the exit status */
  readonly run: (prepared: Prepared, access: NodeAccess) => Promise<number>;
}

/**
 * Runs without privileges, because it decodes and serves untrusted data. When root starts the command, a second process
 * does this work as another user. A root that cannot switch users has no privileges to give up.
 * @returns the exit status
 */
export async function runWithoutRights<Prepared>({
  access,
  obstacle: error = null,
  prepare,
  run,
}: RightlessWork<Prepared>): Promise<number> {
  if (isWorker()) {
    const { dropRights } = await import("../session/privilege/unprivileged.ts");
    const { prepared, leave } = await dropRights(prepare);
    const { rpc, ipc } = access;
    try {
      return await run(prepared, {
        rpc: rpc && requestRpcAccess,
        ipc: ipc && requestIpcConnection,
      });
    } finally {
      leave();
    }
  }
  const obstacle = error?.problem ?? null;
  if (isTraceable && process.geteuid?.() === 0) {
    const { canChangeUser, runUnprivileged } = await import("../session/privilege/unprivileged.ts");
    if (canChangeUser()) return runUnprivileged(access, obstacle);
  }
  return run(await prepare(obstacle), access);
}
