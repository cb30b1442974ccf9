import type { CorelensError, Problem } from "../errors.ts";
import { isTraceable } from "../kernel/platform.ts";
import type { NodeAccess } from "../session/privilege/credential-broker.ts";
import { requestIpcConnection } from "../session/privilege/ipc-access.ts";
import { requestRpcAccess } from "../session/privilege/rpc-access.ts";
import { isWorker } from "./run-session.ts";

/** What is done for a command that attaches nothing. */
export interface RightlessWork<Prepared> {
  /** How the node is asked; all null where it is not. */
  readonly access: NodeAccess;
  /** Why nothing is traced; null where nothing was to be. */
  readonly obstacle?: CorelensError | null;
  /** Loads all code and files of corelens itself: they may not be readable without rights. */
  readonly prepare: (obstacle: Problem | null) => Promise<Prepared>;
  /** @returns the exit status */
  readonly run: (prepared: Prepared, access: NodeAccess) => Promise<number>;
}

/**
 * Works without rights: what strangers wrote is decoded and served. Where root started the command, that is done by a
 * second process, which becomes another user; root that may not become anybody has no rights worth giving up.
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
