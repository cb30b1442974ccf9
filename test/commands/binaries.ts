import { recognise } from "../../src/contract/recognise.ts";
import type { Binary } from "../../src/node/process/binary.ts";
import type { ProcessInfo } from "../../src/node/process/process.ts";
import type { Listing } from "../../src/terminal/listing.ts";
import { painter } from "../../src/text/paint.ts";
import type { Probe } from "../../src/usdt/probe.ts";

/** A binary with the given probes, without a file. */
export function binaryOf(probes: readonly Probe[], path = "/usr/bin/bitcoind"): Binary {
  return {
    path,
    machine: "x86-64",
    type: "DYN",
    buildId: "c0ffee",
    coreVersion: undefined,
    probes,
    problems: [],
    recognition: recognise(probes),
  };
}

export function listingOf(binary: Binary, further: Partial<Listing> = {}): Listing {
  const { tracepoints } = binary.recognition;
  return { binary, tracepoints, process: null, semaphores: null, ...further };
}

export const PROCESS: ProcessInfo = {
  pid: 4711,
  executable: { path: "/usr/bin/bitcoind", reachablePath: "/proc/4711/exe", inode: "1:2" },
  commandLine: ["bitcoind"],
};

export const plain = (width: number) => ({ paint: painter(false), width });
