import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import { type Tracepoint, tracepoints } from "../../src/usdt/declare/index.ts";
import { testWith } from "./debian-tool.ts";

const HASH = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("the tracer did not attach or detach in time");
    await sleep(10);
  }
}

/** Starts a tracer, fires once it is attached, stops it and returns what it printed. */
async function traced(
  probe: Pick<Tracepoint, "active">,
  fire: () => void,
  tracer: ChildProcess,
): Promise<string> {
  let output = "";
  tracer.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  const closed = once(tracer, "close");
  await until(probe.active);
  fire();
  await sleep(300);
  tracer.kill("SIGINT");
  await closed;
  await until(() => !probe.active());
  return output;
}

function bpftrace(...args: string[]): ChildProcess {
  return spawn("bpftrace", args, { stdio: ["ignore", "pipe", "ignore"] });
}

describe("a declared tracepoint under bpftrace", () => {
  const probes = tracepoints({
    "net:message": ["int64", "string", "string", "string", "uint64", "bytes"],
    "test:signed": ["int64", "int32", "int16", "int8", "hash", "bool"],
    "test:unsigned": ["uint64", "uint32", "uint16", "uint8", "bool", "string"],
    "test:twelve": [...Array(12).keys()].map(() => "uint64" as const),
  });
  const at = (name: string) => `usdt:${probes["net:message"].file}:${name}`;
  const root = { root: true };

  testWith(
    "bpftrace",
    "is active exactly as long as the tracer is attached, by process or by file",
    async () => {
      const probe = probes["test:twelve"];
      expect(probe.active()).toBe(false);
      const count = `${at("test:twelve")} { @hits = count(); }`;
      for (const target of [["-p", String(process.pid)], []]) {
        const output = await traced(
          probe,
          () => {
            for (let i = 0; i < 1000; i++) probe(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
          },
          bpftrace(...target, "-e", count),
        );
        expect(output).toContain("@hits: 1000");
      }
    },
    root,
  );

  testWith(
    "bpftrace",
    "passes a message with its texts and its payload",
    async () => {
      const print = `{ printf("%d|%s|%s|%s|%d|%r\\n", arg0, str(arg1), str(arg2), str(arg3), arg4, buf(arg5, 4)); }`;
      const payload = Uint8Array.of(0xde, 0xad, 0xbe, 0xef);
      const output = await traced(
        probes["net:message"],
        () => probes["net:message"](7, "[2001:db8::1]:8333", "inbound", "tx", 4, payload),
        bpftrace("-p", String(process.pid), "-e", at("net:message") + print),
      );
      expect(output).toContain(String.raw`7|[2001:db8::1]:8333|inbound|tx|4|\xde\xad\xbe\xef`);
    },
    root,
  );

  testWith(
    "bpftrace",
    "passes negative integers, a hash and a bool",
    async () => {
      const print = `{ printf("%d %d %d %d %r %d\\n", arg0, arg1, arg2, arg3, buf(arg4, 2), arg5); }`;
      const output = await traced(
        probes["test:signed"],
        () => probes["test:signed"](-(2n ** 63n), -(2 ** 31), -(2 ** 15), -(2 ** 7), HASH, true),
        bpftrace("-p", String(process.pid), "-e", at("test:signed") + print),
      );
      expect(output).toContain(String.raw`-9223372036854775808 -2147483648 -32768 -128 \x1f\x1e 1`);
    },
    root,
  );

  testWith(
    "bpftrace",
    "passes the largest unsigned integers",
    async () => {
      const print = `{ printf("%llu %llu %llu %llu %llu %s\\n", arg0, arg1, arg2, arg3, arg4, str(arg5)); }`;
      const output = await traced(
        probes["test:unsigned"],
        () => probes["test:unsigned"](2n ** 64n - 1n, 2 ** 32 - 1, 2 ** 16 - 1, 255, false, "grün"),
        bpftrace("-p", String(process.pid), "-e", at("test:unsigned") + print),
      );
      expect(output).toContain("18446744073709551615 4294967295 65535 255 0 grün");
    },
    root,
  );
});
