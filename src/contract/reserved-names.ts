/** Names that every event has, so no field can have them. `node` is the former name of `pid`, which queries accept. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...["tracepoint", "time", "ktime", "tid", "thread", "cpu", "pid", "node"],
  ...["truncated", "unreadable", "__proto__"],
]);
