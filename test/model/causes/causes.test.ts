import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TRACEPOINTS } from "../../../src/contract/contract.ts";
import type { RawEvent } from "../../../src/event/event.ts";
import { type Cause, Causes } from "../../../src/model/causes/causes.ts";
import { EFFECTS } from "../../../src/model/causes/rules.ts";

const THREAD = { pid: 10, tid: 11, thread: "b-msghand", cpu: 0, time: 0 };

function event(
  tracepoint: string,
  ktime: number | bigint,
  fields: Record<string, unknown> = {},
): RawEvent {
  return { ...THREAD, tracepoint, ktime, ...fields };
}

const message = (
  direction: "inbound" | "outbound",
  ktime: number | bigint,
  peer_id: number,
  type: string,
) => event(`net:${direction}_message`, ktime, { peer_id, msg_type: type });

/** Sees the event and returns its cause. */
function after(fold: Causes, event: RawEvent): Cause | null {
  fold.see(event);
  return fold.of(event);
}

/** The causes of the events, as `tx of 7 after 5`; null without one. */
function causes(...events: RawEvent[]): (string | null)[] {
  const fold = new Causes();
  return events.map((each) => {
    const cause = after(fold, each);
    return cause && `${cause.msg_type} of ${cause.peer_id} after ${cause.after_ns}`;
  });
}

describe("a cause", () => {
  it("is the message that the same thread processes", () => {
    expect(
      causes(
        message("inbound", 100, 7, "tx"),
        event("mempool:added", 105),
        event("mempool:rejected", 130, { tid: 99 }),
        message("inbound", 200, 9, "tx"),
        event("mempool:rejected", 201),
      ),
    ).toEqual([null, "tx of 7 after 5", null, null, "tx of 9 after 1"]);
  });

  it("is no message that cannot have the effect: an orphan gets none from a ping", () => {
    expect(causes(message("inbound", 1, 7, "ping"), event("mempool:added", 2))).toEqual([
      null,
      null,
    ]);
  });

  it("is unknown after a message that is sent when it is due", () => {
    expect(
      causes(
        message("inbound", 1, 7, "tx"),
        message("outbound", 2, 8, "inv"),
        event("mempool:added", 3),
      ),
    ).toEqual([null, null, null]);
  });

  it("covers answers to the same peer and a block's relay to others", () => {
    expect(
      causes(
        message("inbound", 1, 7, "ping"),
        message("outbound", 2, 7, "pong"),
        message("outbound", 3, 8, "pong"),
        message("inbound", 4, 7, "block"),
        message("outbound", 5, 8, "cmpctblock"),
        event("validation:block_connected", 6),
      ),
    ).toEqual([
      ...[null, "ping of 7 after 1", null],
      ...[null, "block of 7 after 1", "block of 7 after 2"],
    ]);
  });

  it("is unknown when the message's type or peer was unreadable", () => {
    const unreadable = event("net:inbound_message", 3, { peer_id: 8, msg_type: null });
    expect(causes(message("inbound", 1, 7, "tx"), unreadable, event("mempool:added", 4))).toEqual([
      null,
      null,
      null,
    ]);
  });

  it("is unknown after a notice, around which messages can be missing", () => {
    const fold = new Causes();
    fold.see(message("inbound", 1, 7, "tx"));
    fold.see({
      ...{ tracepoint: "corelens:lost", time: 0, lost: 3 },
      lost_tracepoint: "net:inbound_message",
    });
    expect(after(fold, event("mempool:added", 2))).toBeNull();
    fold.see(message("inbound", 3, 8, "tx"));
    expect(after(fold, event("mempool:added", 4))).toMatchObject({ peer_id: 8 });
  });

  it("is unknown in a stream that leaves out messages on purpose", () => {
    const fold = new Causes();
    fold.see({ tracepoint: "corelens:limited", time: 0, sample: 10, rate: null });
    fold.see(message("inbound", 1, 7, "tx"));
    expect(after(fold, event("mempool:added", 2))).toBeNull();
  });

  it("ends with the thread's next message, or with one that is due", () => {
    const fold = new Causes();
    const handled = [
      message("inbound", 10, 7, "tx"),
      event("mempool:added", 12),
      event("mempool:rejected", 15),
      message("inbound", 20, 8, "ping"),
      message("outbound", 23, 9, "inv"),
      message("inbound", 30n, 9, "pong"),
      message("inbound", 31, 9, "pong"),
    ].map((each) => {
      fold.see(each);
      const { message: of, ...times } = fold.handled ?? {};
      return of && { type: of.msg_type, ...times };
    });
    expect(handled).toEqual([
      ...[undefined, undefined, undefined],
      { type: "tx", at_least_ns: 5, at_most_ns: 10, effects: 2 },
      { type: "ping", at_least_ns: 0, at_most_ns: 3, effects: 0 },
      undefined,
      { type: "pong", at_least_ns: 0, at_most_ns: 1, effects: 0 },
    ]);
  });

  it("takes any types and any number of threads", () => {
    const any = fc.record({
      tracepoint: fc.constantFrom("net:inbound_message", "net:outbound_message", "mempool:added"),
      msg_type: fc.oneof(fc.string(), fc.constantFrom("tx", "__proto__", "constructor")),
      peer_id: fc.oneof(fc.integer(), fc.bigInt()),
      tid: fc.nat(5),
      ktime: fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    });
    fc.assert(
      fc.property(fc.array(any), (events) => {
        const fold = new Causes();
        for (const each of events) {
          const cause = after(fold, { ...THREAD, ...each });
          if (cause !== null) expect(typeof cause.after_ns).toBe("number");
        }
      }),
    );
    const fold = new Causes();
    for (let tid = 0; tid < 5000; tid++) fold.see({ ...message("inbound", 1, 7, "tx"), tid });
    expect(after(fold, { ...event("mempool:added", 2), tid: 0 })).toBeNull();
    expect(after(fold, { ...event("mempool:added", 2), tid: 4999 })).not.toBeNull();
  });
});

it("every effect is a tracepoint of the contract", () => {
  for (const name of Object.keys(EFFECTS)) expect(TRACEPOINTS.has(name)).toBe(true);
});
