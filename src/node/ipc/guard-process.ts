import { writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { constants } from "node:os";
import { Guard } from "./guard.ts";
import type { FromGuard, ToGuard } from "./guard-messages.ts";

/**
 * The guard as a process, in a session of its own: signals that a terminal or a shell sends to the command do not reach
 * it, and it has a name of its own for those who kill by name. What it cannot survive is SIGKILL aimed at itself.
 */

/** Signals that end a process unless it listens; of the rest, no one can be caught, or V8 and libuv need it. */
const FATAL = Object.keys(constants.signals).filter(
  (name) => !/^SIG(KILL|STOP|SEGV|BUS|FPE|ILL|PROF|CHLD|CONT|WINCH|URG|PIPE|UNUSED)$/.test(name),
) as NodeJS.Signals[];

process.title = "ipc-guard";
// Of two processes that have to go, the other one goes first. Only root may say so.
try {
  writeFileSync("/proc/self/oom_score_adj", "-1000");
} catch {}

const guard = new Guard((message: FromGuard) => {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
});

for (const signal of FATAL) process.on(signal, () => guard.end(`it was told to by ${signal}`));
process.on("disconnect", () => guard.end("the command it worked for is gone"));
process.on("uncaughtException", (error) => guard.end(`it met an error: ${error.message}`));

process.on("message", (message: ToGuard, socket: Socket) => {
  switch (message.type) {
    case "begin":
      void guard
        .run({ path: message.path, socket }, message.callbacks)
        .finally(() => process.exit());
      break;
    case "taken":
      guard.taken(message.events);
      break;
    case "stop":
      guard.end("it was told to");
  }
});
