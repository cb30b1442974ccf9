import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Tracepoint, tracepoints } from "../../src/usdt/declare/index.ts";
import { describeNeeding, root, tool } from "../helpers/needs.ts";

const HASH = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

const probes = tracepoints({
  "net:message": ["int64", "string", "string", "string", "uint64", "bytes"],
  "test:signed": ["int64", "int32", "int16", "int8", "hash", "bool"],
  "test:unsigned": ["uint64", "uint32", "uint16", "uint8", "bool", "string"],
  "test:twelve": [...Array(12).keys()].map(() => "uint64" as const),
});

/** bpftrace running `action` at each hit of the tracepoint, in this process or wherever the file is loaded. */
function bpftrace(name: keyof typeof probes, action: string, scope: "process" | "file") {
  const target = scope === "process" ? ["-p", String(process.pid)] : [];
  const program = `usdt:${probes[name].file}:${name} { ${action} }`;
  return spawn("bpftrace", [...target, "-e", program], { stdio: ["ignore", "pipe", "ignore"] });
}

interface Tracer {
  readonly process: ChildProcess;
  output: string;
}

/**
 * Fires until the tracer prints `line`. A raised semaphore alone does not tell that hits are seen: the kernel
 * raises it before the tracer's program is in place.
 */
async function fireUntil(tracer: Tracer, line: string, fire: () => void): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!tracer.output.includes(line)) {
    if (Date.now() > deadline) {
      tracer.process.kill("SIGKILL");
      throw new Error(`bpftrace did not print ${line}, but: ${tracer.output}`);
    }
    fire();
    await sleep(20);
  }
}

function started(process: ReturnType<typeof bpftrace>): Tracer {
  const tracer = { process, output: "" };
  process.stdout.on("data", (chunk) => {
    tracer.output += chunk;
  });
  return tracer;
}

async function stop({ process }: Tracer, probe: Pick<Tracepoint, "active">): Promise<void> {
  const closed = once(process, "close");
  process.kill("SIGINT");
  await closed;
  expect(probe.active()).toBe(false);
}

describeNeeding([root, tool("bpftrace")], "a declared tracepoint under bpftrace", () => {
  for (const scope of ["process", "file"] as const) {
    test(`is active exactly as long as the tracer is attached to the ${scope}, which sees every call`, async () => {
      const probe = probes["test:twelve"];
      const fire = (first: number) => probe(first, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
      expect(probe.active()).toBe(false);
      const action = `if (arg0 == 0) { printf("attached\\n"); } else { @hits = count(); }`;
      const tracer = started(bpftrace("test:twelve", action, scope));
      await fireUntil(tracer, "attached", () => fire(0));
      expect(probe.active()).toBe(true);
      for (let i = 0; i < 1000; i++) fire(1);
      await stop(tracer, probe);
      expect(tracer.output).toContain("@hits: 1000");
    });
  }

  function testPassing<Name extends keyof typeof probes>(
    behaviour: string,
    name: Name,
    values: Parameters<(typeof probes)[Name]>,
    print: string,
    line: string,
  ): void {
    test(behaviour, async () => {
      const probe = probes[name] as (...values: readonly unknown[]) => void;
      const tracer = started(bpftrace(name, print, "process"));
      await fireUntil(tracer, line, () => probe(...values));
      await stop(tracer, probes[name]);
    });
  }

  testPassing(
    "passes a message with its texts and its payload",
    "net:message",
    [7, "[2001:db8::1]:8333", "inbound", "tx", 4, Uint8Array.of(0xde, 0xad, 0xbe, 0xef)],
    `printf("%lld|%s|%s|%s|%lld|%r\\n", arg0, str(arg1), str(arg2), str(arg3), arg4, buf(arg5, 4));`,
    String.raw`7|[2001:db8::1]:8333|inbound|tx|4|\xde\xad\xbe\xef`,
  );

  testPassing(
    "passes the smallest integers, a hash in internal order and a bool",
    "test:signed",
    [-(2n ** 63n), -(2 ** 31), -(2 ** 15), -(2 ** 7), HASH, true],
    `printf("%lld %d %d %d %r %d\\n", arg0, arg1, arg2, arg3, buf(arg4, 2), arg5);`,
    String.raw`-9223372036854775808 -2147483648 -32768 -128 \x1f\x1e 1`,
  );

  testPassing(
    "passes the largest integers and UTF-8",
    "test:unsigned",
    [2n ** 64n - 1n, 2 ** 32 - 1, 2 ** 16 - 1, 255, false, "grün"],
    `printf("%llu %llu %llu %llu %llu %s\\n", arg0, arg1, arg2, arg3, arg4, str(arg5));`,
    "18446744073709551615 4294967295 65535 255 0 grün",
  );
});
