import { describe, expect, expectTypeOf, it } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import { attach, type EventOf, type Notice, type TraceSession } from "../../src/index.ts";
import { describeNeeding, rightsToTrace } from "../helpers/needs.ts";

/** What a session delivers. */
type Delivered<Session> = Session extends TraceSession<infer Event> ? Event : never;

describe("the type of an attached session's events", () => {
  const one = () => attach({ tracepoints: ["mempool:added"] });
  const several = () => attach({ tracepoints: ["mempool:re*", "utxocache:flush"] });
  const other = () => attach({ tracepoints: ["app:step"] });
  const all = () => attach();

  it("has the fields of the tracepoint, and the notices", () => {
    expectTypeOf<Delivered<ReturnType<typeof one>>>().toEqualTypeOf<
      EventOf<"mempool:added"> | Notice
    >();
    expectTypeOf<EventOf<"mempool:added">["fee"]>().toEqualTypeOf<number | bigint>();
    expectTypeOf<EventOf<"mempool:added">["time"]>().toEqualTypeOf<number>();
  });

  it("covers every tracepoint that a pattern matches", () => {
    expectTypeOf<
      Exclude<Delivered<ReturnType<typeof several>>, Notice>["tracepoint"]
    >().toEqualTypeOf<
      "mempool:removed" | "mempool:replaced" | "mempool:rejected" | "utxocache:flush"
    >();
    expectTypeOf<
      Extract<Delivered<ReturnType<typeof all>>, { tracepoint: "net:inbound_message" }>["payload"]
    >().toEqualTypeOf<Uint8Array>();
  });

  it("distinguishes events by their tracepoint", () => {
    const read = (event: Delivered<ReturnType<typeof several>>) => {
      switch (event.tracepoint) {
        case "mempool:rejected":
          return expectTypeOf(event.reason).toEqualTypeOf<string>();
        case "corelens:lost":
          return expectTypeOf(event.lost).toEqualTypeOf<number>();
        default:
          return undefined;
      }
    };
    expectTypeOf(read).toBeFunction();
  });

  it("is open for tracepoints that are not in the contract", () => {
    expectTypeOf<Delivered<ReturnType<typeof other>>>().toEqualTypeOf<RawEvent | Notice>();
  });
});

describeNeeding([rightsToTrace], "attaching", () => {
  it.each([
    [{ target: "/nowhere/bitcoind" }, "FILE_UNREADABLE"],
    [{ target: 4_194_305 }, "PROCESS_GONE"],
  ])("to a target that does not exist is refused: %j", (options, code) => {
    expect(() => attach(options)).toThrow(expect.objectContaining({ code }));
  });
});
