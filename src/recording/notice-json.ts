import { type MemberType, NOTICES } from "../event/line-members.ts";
import { isNotice, type Notice, type StreamEvent } from "../event/notice.ts";
import { MAX_TIME } from "./format.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isInteger: Check = Number.isSafeInteger;
const isObject: Check = (value) => typeof value === "object" && value !== null;
const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const each =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const CHECKS: Readonly<Record<MemberType, Check>> = {
  text: isText,
  "text?": optional(isText),
  "text|null?": optional(nullable(isText)),
  integer: isInteger,
  "integer?": optional(isInteger),
  "integer|null": nullable(isInteger),
  number: Number.isFinite,
  "number|null": nullable(Number.isFinite),
  names: each(isText),
  integers: each(isInteger),
  object: isObject,
};

/** The notice that the JSON describes, in present names whatever its version; null if the JSON is not a notice. */
export function parseNotice(json: unknown): Notice | null {
  const notice = inPresentNames(json as Record<string, unknown> | null) as StreamEvent | null;
  if (typeof notice?.tracepoint !== "string" || !isNotice(notice)) return null;
  if (typeof notice.time !== "number" || Math.abs(notice.time) > MAX_TIME) return null;
  if (!Object.hasOwn(NOTICES, notice.tracepoint)) return null;
  const members = Object.entries<MemberType>(NOTICES[notice.tracepoint].members);
  const values = notice as unknown as Record<string, unknown>;
  return members.every(([name, type]) => CHECKS[type](values[name])) ? notice : null;
}

/** The same notice with the names of version 1 replaced. */
function inPresentNames(json: Record<string, unknown> | null): unknown {
  switch (json?.tracepoint) {
    case "corelens:trouble":
      return { ...json, tracepoint: "corelens:error" };
    case "corelens:steered":
      return { ...json, tracepoint: "corelens:settings" };
    case "corelens:attached":
    case "corelens:ended": {
      const entries = Object.entries(json);
      return Object.fromEntries(
        entries.map(([name, value]) => [name === "node" ? "pid" : name, value]),
      );
    }
  }
  return json;
}
