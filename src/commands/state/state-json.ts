import { isoTime } from "../../event/json.ts";
import type { NodeState } from "../../node/state/node-state.ts";
import { isObject } from "../../util/is-object.ts";

/** Members with a time, by the milliseconds of their unit. */
const UNITS: Readonly<Record<string, number>> = {
  ...{
    since: 1,
    block_time: 1000,
    median_time: 1000,
    time_connected: 1000,
    created: 1000,
    until: 1000,
  },
  ...{ last_sent: 1000, last_received: 1000, last_transaction: 1000, last_block: 1000 },
};

/** A state with its times as text; null for no time (0) and for times after the year 275760. */
export function stateMembers({ read_at, traffic, ...state }: NodeState): Record<string, unknown> {
  const { time_ms, ...bytes } = traffic ?? { time_ms: null };
  const times = Object.entries(read_at).map(([part, ms]) => [part, timeText(ms)]);
  return {
    ...(withTimes(state) as object),
    traffic: traffic && { ...bytes, time: timeText(time_ms) },
    read_at: Object.fromEntries(times),
  };
}

function withTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTimes);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const unit = UNITS[name];
      return [name, unit === undefined ? withTimes(member) : timeText(member, unit)];
    }),
  );
}

const MAX_MS = 8.64e15;

function timeText(value: unknown, unit = 1): string | null {
  if (typeof value !== "number" || value <= 0) return null;
  const ms = value * unit;
  return ms <= MAX_MS ? isoTime(ms) : null;
}
