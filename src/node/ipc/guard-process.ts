import { writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { constants, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { CallbackGuard } from "./guard.ts";
import type { FromGuard, ToGuard } from "./guard-messages.ts";

/**
 * The guard's process. It has its own session, so signals from a terminal or a shell to the command do not reach it, and
 * its own name, so that killing the command by name spares it. Only SIGKILL to itself ends it without cleanup.
 */

/** Signals that end a process without a handler. The others cannot be caught, or V8 and libuv need them. */
const FATAL = Object.keys(constants.signals).filter(
  (name) => !/^SIG(KILL|STOP|SEGV|BUS|FPE|ILL|PROF|CHLD|CONT|WINCH|URG|PIPE|UNUSED)$/.test(name),
) as NodeJS.Signals[];

const FINAL_MESSAGES_MS = 1000;

process.title = "ipc-guard";
// The node waits for this process: prefer its CPU time and kill it last. Needs root.
try {
  setPriority(constants.priority.PRIORITY_HIGH);
  writeFileSync("/proc/self/oom_score_adj", "-1000");
} catch {}

/** Resolves when the last message was sent, or its channel closed. */
let sent = Promise.resolve();

const guard = new CallbackGuard((message: FromGuard) => {
  if (!process.connected) return;
  sent = new Promise((resolve) => {
    process.send!(message, undefined, undefined, () => resolve());
  });
});

for (const signal of FATAL) process.on(signal, () => guard.end(`it received ${signal}`));
process.on("disconnect", () => guard.end("its command ended"));
process.on("uncaughtException", (error) => guard.end(`internal error: ${error.message}`));

process.on("message", (message: ToGuard, socket: Socket) => {
  switch (message.type) {
    case "begin":
      void guard.run({ path: message.path, socket }, message.callbacks).finally(leave);
      break;
    case "taken":
      guard.taken(message.events);
      break;
    case "stop":
      guard.end("the command stopped it");
  }
});

process.send?.({ type: "ready" } satisfies FromGuard);

/** Exits when the final messages were sent, or after a second. */
async function leave(): Promise<void> {
  await Promise.race([sent, sleep(FINAL_MESSAGES_MS)]);
  process.exit();
}
