import type { EventSource } from "../event/source.ts";

/**
 * Ends a stream on a signal or after a time. Earlier events are still delivered.
 * @param duration in milliseconds; undefined for no limit
 * @returns the timer to clear when the stream has ended
 */
export function stopWith(
  source: Pick<EventSource, "stop">,
  duration: number | undefined,
): NodeJS.Timeout | undefined {
  const stop = (): void => void source.stop();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  return duration === undefined ? undefined : setTimeout(stop, duration);
}
