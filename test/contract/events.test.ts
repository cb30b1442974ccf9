import { expectTypeOf, it } from "vitest";
import type { EventFields, Matching, TracepointName } from "../../src/contract/events.ts";

it("types the fields of an event by its tracepoint's name", () => {
  expectTypeOf<EventFields<"mempool:added">>().toEqualTypeOf<{
    txid: string;
    vsize: number;
    fee: number | bigint;
  }>();
  expectTypeOf<EventFields<"net:inbound_message">>().toEqualTypeOf<{
    peer_id: number | bigint;
    address: string;
    connection_type: string;
    msg_type: string;
    size: number | bigint;
    payload: Uint8Array;
  }>();
  expectTypeOf<EventFields<"addrman:attempt_add">>()
    .toHaveProperty("inserted")
    .toEqualTypeOf<boolean>();
});

it("types the newest release's layout, not an older one or a variant", () => {
  expectTypeOf<EventFields<"mempool:replaced">>().toHaveProperty("replacement_is_txid");
  expectTypeOf<EventFields<"mempool:rejected">>().toEqualTypeOf<{ txid: string; reason: string }>();
  expectTypeOf<keyof EventFields<"validation:block_connected">>().toEqualTypeOf<
    "hash" | "height" | "transactions" | "inputs" | "sigops_cost" | "duration_ns"
  >();
});

it("types enumerations as their names, or the number of a value without one", () => {
  expectTypeOf<EventFields<"utxocache:flush">["mode"]>().toEqualTypeOf<
    "NONE" | "IF_NEEDED" | "PERIODIC" | "FORCE_FLUSH" | "FORCE_SYNC" | number
  >();
  expectTypeOf<EventFields<"net:closed_connection">["network"]>().toEqualTypeOf<
    "unroutable" | "ipv4" | "ipv6" | "onion" | "i2p" | "cjdns" | "internal" | number
  >();
});

it("types the names that a pattern matches", () => {
  expectTypeOf<Matching<"mempool:re*">>().toEqualTypeOf<
    "mempool:removed" | "mempool:replaced" | "mempool:rejected"
  >();
  expectTypeOf<Matching<"*:*bound_message">>().toEqualTypeOf<
    "net:inbound_message" | "net:outbound_message"
  >();
  expectTypeOf<Matching<"utxocache:add">>().toEqualTypeOf<"utxocache:add">();
  expectTypeOf<Matching<"*">>().toEqualTypeOf<TracepointName>();
  expectTypeOf<Matching<"wallet:*">>().toEqualTypeOf<never>();
});
