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
    pid: isNumberOrNull,
    tracepoints: isNumber,
    running: isNumberOrNothing,
  },
  "corelens:ended": { pid: isNumber, awaited: isTextOrNothing },
  "corelens:limited": { sample: isNumberOrNull, rate: isNumberOrNull },
  "corelens:settings": { off: isEach(isText), peers: isEach(isNumber) },
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

/** The notice that the JSON describes, of any version; null for anything else. */
export function parseNotice(json: unknown): Notice | null {
  const notice = renewed(json as Record<string, unknown> | null) as StreamEvent | null;
  if (typeof notice?.tracepoint !== "string" || !isNotice(notice)) return null;
  if (typeof notice.time !== "number" || Math.abs(notice.time) > MAX_TIME) return null;
  if (!Object.hasOwn(CHECKS, notice.tracepoint)) return null;
  const checks = Object.entries<(value: unknown) => boolean>(CHECKS[notice.tracepoint]);
  const values = notice as unknown as Record<string, unknown>;
  return checks.every(([name, passes]) => passes(values[name])) ? notice : null;
}

/** A notice of version 1 in the present names. */
function renewed(json: Record<string, unknown> | null): unknown {
  switch (json?.tracepoint) {
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
