import { setTimeout as sleep } from "node:timers/promises";
import { CorelensError } from "../errors.ts";
import type { Notice } from "../event/notice.ts";

const SEARCH_MS = 2000;

/**
 * Resolves when a target has some of the tracepoints; for commands that start before their node.
 * @param target one node
 * @param report receives the reason for waiting, whenever it changes
 */
export async function waitForTarget(
  target: string | undefined,
  patterns: readonly string[],
  report: (notice: Notice) => void,
): Promise<void> {
  const { hasWanted, parseTarget, resolveTarget } = await import("../session/attach/target.ts");
  // Waiting does not keep the process alive after its worker has ended.
  for (let told = ""; ; await sleep(SEARCH_MS, undefined, { ref: false })) {
    try {
      if (hasWanted(resolveTarget(parseTarget(target), true), patterns)) return;
      throw new CorelensError("NO_TRACEPOINTS", "the target has none of a node's tracepoints");
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
      const { code, message } = error;
      // Several nodes run the named binary: waiting cannot choose one of them.
      if (code === "NODE_AMBIGUOUS" && target !== undefined) throw error;
      if (told !== message) {
        report({ tracepoint: "corelens:error", time: Date.now(), code, message });
      }
      told = message;
    }
  }
}
