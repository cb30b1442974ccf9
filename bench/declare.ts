/**
 * `npm run bench:declare`: what a declared tracepoint costs the program that declares it. docs/declaring-tracepoints.md
 * has the figures.
 *
 *     --quick   fewer calls
 */
import { parseArgs } from "node:util";
import { loadLibrary } from "#src/kernel/library.js";
import { tracepoints } from "#src/usdt/declare/index.js";
import { table } from "./table.ts";

const { values: options } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const CALLS = options.quick ? 20_000 : 2_000_000;
const ROUNDS = 5;
const PEER = "[2001:db8:85a3::8a2e:370:7334]:8333";
const TXID = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const TXID_BYTES = Buffer.from(TXID, "hex").reverse();
const PAYLOAD = new Uint8Array(4_000_000);

const probes = tracepoints({
  "bench:none": [],
  "bench:six_integers": ["int64", "uint64", "int32", "uint32", "int64", "bool"],
  "bench:added": ["hash", "int32", "int64"],
  "bench:message": ["int64", "string", "string", "string", "uint64", "bytes"],
});
const { active } = probes["bench:message"];
/** Keeps the engine from removing the calls of `active()`. */
let activeCalls = 0;
const CALLS_BY_NAME: Readonly<Record<string, () => void>> = {
  "active()": () => {
    if (active()) activeCalls++;
  },
  "no arguments": () => probes["bench:none"](),
  "six integers": () => probes["bench:six_integers"](7, 8, -9, 10, 11, true),
  "hash as bytes, two integers": () => probes["bench:added"](TXID_BYTES, 141, 282),
  "hash as text, two integers": () => probes["bench:added"](TXID, 141, 282),
  "message: three strings, 4 MB payload": () =>
    probes["bench:message"](7, PEER, "outbound-full-relay", "block", PAYLOAD.length, PAYLOAD),
};

/** Nanoseconds a call, in the fastest round. */
function measure(call: () => void): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < CALLS; i++) call();
    return Number(process.hrtime.bigint() - start) / CALLS;
  });
  return Math.min(...rounds);
}

const { file } = probes["bench:none"];
if (file === null) throw new Error("tracepoints are not supported here");
const semaphores = new Uint16Array(loadLibrary(file).view("semaphores", 8));
const rows = Object.entries(CALLS_BY_NAME).map(([name, call]) => {
  // The benchmark raises the semaphores itself, without a tracer, because only this side of a call is measured.
  semaphores.fill(0);
  const inactive = measure(call);
  semaphores.fill(1);
  return [name, inactive, measure(call)];
});
if (activeCalls === 0) throw new Error("active() was never true");
console.log(table(["ns a call", "inactive", "active"], rows));
