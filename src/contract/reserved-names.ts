/** Names that every event has; a field cannot have them. Queries accept `node`, the former name of `pid`. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...["tracepoint", "time", "ktime", "tid", "thread", "cpu", "pid", "node"],
  ...["truncated", "unreadable", "__proto__"],
]);
