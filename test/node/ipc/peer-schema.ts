import {
  Bool,
  Data,
  Float64,
  Int32,
  Int64,
  int32,
  interfaceType,
  list,
  method,
  reference,
  struct,
  Text,
  UInt8,
  UInt16,
  UInt32,
  UInt64,
} from "../../../src/capnp/schema.ts";

/** What peer.cpp serves, and calls. */

const Part = struct("Part", { name: Text, size: int32(-1), parts: list(Int32) });

const Value = struct("Value", {
  flag: Bool,
  small: UInt8,
  short: UInt16,
  word: UInt32,
  long: UInt64,
  signed: Int64,
  real: Float64,
  text: Text,
  bytes: Data,
  part: Part,
  parts: list(Part),
  texts: list(Text),
});

export const Listener = interfaceType("Listener", 0xa1b2c3d4e5f60701n, {
  hear: method(0, { number: UInt32 }),
  other: method(1, {}, { listener: reference("Listener") }),
});

const listener = { listener: reference("Listener") };

export const Peer = interfaceType("Peer", 0xa1b2c3d4e5f60702n, {
  echo: method(0, { value: Value }, { value: Value }),
  tell: method(1, { ...listener, times: UInt32 }),
  child: method(2, {}, { peer: reference("Peer") }),
  keep: method(3, listener),
  give: method(4, {}, listener),
  promise: method(5, {}, listener),
  settle: method(6),
  hang: method(7),
  cancellations: method(8, {}, { count: UInt32 }),
  fail: method(9),
});
