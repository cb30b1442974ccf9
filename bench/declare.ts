/** What a declared tracepoint costs the program that declares it; docs/declaring-tracepoints.md has the table. */
import { loadLibrary } from "../src/kernel/library.ts";
import { tracepoints } from "../src/usdt/declare/index.ts";

const CALLS = 2_000_000;
const ROUNDS = 5;
const peer = "[2001:db8:85a3::8a2e:370:7334]:8333";
const txid = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const txidBytes = Buffer.from(txid, "hex").reverse();
const payload = new Uint8Array(4_000_000);

const probes = tracepoints({
  "bench:none": [],
  "bench:six_integers": ["int64", "uint64", "int32", "uint32", "int64", "bool"],
  "bench:added": ["hash", "int32", "int64"],
  "bench:message": ["int64", "string", "string", "string", "uint64", "bytes"],
});
const shapes: Readonly<Record<string, () => void>> = {
  "no arguments": () => probes["bench:none"](),
  "six integers": () => probes["bench:six_integers"](7, 8, -9, 10, 11, true),
  "hash as bytes, two integers": () => probes["bench:added"](txidBytes, 141, 282),
  "hash as text, two integers": () => probes["bench:added"](txid, 141, 282),
  "message: three strings, 4 MB payload": () =>
    probes["bench:message"](7, peer, "outbound-full-relay", "block", payload.length, payload),
};

/** Nanoseconds a call, the best of the rounds. */
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
const guard = probes["bench:message"].active;
console.log("ns a call".padEnd(40), "inactive".padStart(9), "active".padStart(9));
console.log(
  "active()".padEnd(40),
  measure(() => {
    if (guard()) throw new Error("something is attached");
  })
    .toFixed(1)
    .padStart(9),
);
for (const [shape, call] of Object.entries(shapes)) {
  // Raised here instead of by a tracer: what is measured is this side of the call only.
  semaphores.fill(0);
  const inactive = measure(call);
  semaphores.fill(1);
  const active = measure(call);
  console.log(shape.padEnd(40), inactive.toFixed(1).padStart(9), active.toFixed(1).padStart(9));
}
