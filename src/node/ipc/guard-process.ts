import { writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { constants, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Guard } from "./guard.ts";
import type { FromGuard, ToGuard } from "./guard-messages.ts";

/**
 * The guard as a process, in a session of its own: signals that a terminal or a shell sends to the command do not reach
 * it, and it has a name of its own for those who kill by name. What it cannot survive is SIGKILL aimed at itself.
 */

/** Signals that end a process unless it listens. The rest cannot be caught, or V8 and libuv need them. */
const FATAL = Object.keys(constants.signals).filter(
  (name) => !/^SIG(KILL|STOP|SEGV|BUS|FPE|ILL|PROF|CHLD|CONT|WINCH|URG|PIPE|UNUSED)$/.test(name),
) as NodeJS.Signals[];

const LAST_WORDS_MS = 1000;

process.title = "ipc-guard";
// The node waits for it, and of two processes that have to go, the other one goes first. Only root may say so.
try {
  setPriority(constants.priority.PRIORITY_HIGH);
  writeFileSync("/proc/self/oom_score_adj", "-1000");
} catch {}

/** Resolves when the last message is out, or cannot be any more. */
let sent = Promise.resolve();

const guard = new Guard((message: FromGuard) => {
  if (!process.connected) return;
  sent = new Promise((resolve) => {
    process.send!(message, undefined, undefined, () => resolve());
  });
});

for (const signal of FATAL) process.on(signal, () => guard.end(`it was told to by ${signal}`));
process.on("disconnect", () => guard.end("the command it worked for is gone"));
process.on("uncaughtException", (error) => guard.end(`it met an error: ${error.message}`));

process.on("message", (message: ToGuard, socket: Socket) => {
  switch (message.type) {
    case "begin":
      void guard.run({ path: message.path, socket }, message.callbacks).finally(leave);
      break;
    case "taken":
      guard.taken(message.events);
      break;
    case "stop":
      guard.end("it was told to");
  }
});

process.send?.({ type: "ready" } satisfies FromGuard);

/** Nothing is registered any more: who does not take the last words in time goes without them. */
async function leave(): Promise<void> {
  await Promise.race([sent, sleep(LAST_WORDS_MS)]);
  process.exit();
}
