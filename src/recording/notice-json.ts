import { isNotice, type Notice, type StreamEvent } from "../event/notice.ts";
import { MAX_TIME } from "./format.ts";

type Checks<Each extends Notice> = {
  readonly [Name in Exclude<keyof Each, "tracepoint" | "time">]: (value: unknown) => boolean;
};

const isText = (value: unknown) => typeof value === "string";
const isTextOrNothing = (value: unknown) => value === undefined || value === null || isText(value);
const isNumber = Number.isSafeInteger;
const isNumberOrNothing = (value: unknown) => value === undefined || isNumber(value);
const isNumberOrNull = (value: unknown) => value === null || isNumber(value);
const isEach = (check: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(check);

/** What each notice has beside its tracepoint and time. */
const CHECKS: { readonly [Each in Notice as Each["tracepoint"]]: Checks<Each> } = {
  "corelens:lost": { lost_tracepoint: isText, lost: isNumber },
  "corelens:attached": {
    binary: isText,
    node: isNumberOrNull,
    tracepoints: isNumber,
    running: isNumberOrNothing,
  },
  "corelens:ended": { node: isNumber, awaited: isTextOrNothing },
  "corelens:limited": { sample: isNumberOrNull, rate: isNumberOrNull },
  "corelens:steered": { off: isEach(isText), peers: isEach(isNumber) },
  "corelens:unreadable": {
    unreadable_tracepoint: isText,
    field: isText,
    argument: isText,
    reason: isText,
    sites: isNumber,
    of: isNumber,
  },
  "corelens:trouble": { code: isText, message: isText },
};

/** The notice that the text says; null when it is none that this version knows. */
export function parseNotice(json: unknown): Notice | null {
  const notice = json as (StreamEvent & Record<string, unknown>) | null;
  if (typeof notice?.tracepoint !== "string" || !isNotice(notice)) return null;
  if (typeof notice.time !== "number" || Math.abs(notice.time) > MAX_TIME) return null;
  if (!Object.hasOwn(CHECKS, notice.tracepoint)) return null;
  const checks = Object.entries<(value: unknown) => boolean>(CHECKS[notice.tracepoint]);
  const values = notice as unknown as Record<string, unknown>;
  return checks.every(([name, passes]) => passes(values[name])) ? notice : null;
}
