import { describe, expect, it } from "vitest";
import { listingJson } from "../../src/commands/list/listing-json.ts";
import { tracepointDetails } from "../../src/commands/list/tracepoint-details.ts";
import { tracepointTable } from "../../src/commands/list/tracepoint-table.ts";
import { painter } from "../../src/text/paint.ts";
import { binaryOf, listingOf, PROCESS, plain } from "../commands/binaries.ts";
import { edited, node, only, probe, V26, V31 } from "../contract/nodes.ts";

const gated = { semaphores: true };
const mempool = (lines: string, semaphores = true) =>
  binaryOf(node(only(lines, /^mempool:(added|replaced)/), { semaphores }));

describe("tracepointTable", () => {
  it("has a column of fields if the width suffices", () => {
    expect(tracepointTable(listingOf(mempool(V31)), plain(120))).toEqual([
      "/usr/bin/bitcoind",
      "unknown release of Bitcoin Core, 2 tracepoints",
      "",
      "TRACEPOINT        SITES  SEMAPHORE  FIELDS",
      "mempool:added         1  yes        txid hash, vsize int32, fee int64",
      "mempool:replaced      1  yes        replaced_txid hash, replaced_vsize int32, replaced_fee int64,",
      "                                    replaced_entry_time uint64, replacement_id hash, replacement_vsize int32,",
      "                                    replacement_fee int64, replacement_is_txid bool",
    ]);
  });

  it("has fields on their own lines if the width is small", () => {
    expect(tracepointTable(listingOf(mempool(V31)), plain(60)).slice(3)).toEqual([
      "TRACEPOINT        SITES  SEMAPHORE",
      "mempool:added         1  yes",
      "    txid hash, vsize int32, fee int64",
      "mempool:replaced      1  yes",
      "    replaced_txid hash, replaced_vsize int32,",
      "    replaced_fee int64, replaced_entry_time uint64,",
      "    replacement_id hash, replacement_vsize int32,",
      "    replacement_fee int64, replacement_is_txid bool",
    ]);
  });

  it.each([60, 80, 100, 120, 200])("of a whole node fits %i columns", (width) => {
    const lines = tracepointTable(listingOf(binaryOf(node(V31, gated))), plain(width));
    expect(lines[1]).toBe("Bitcoin Core v29 or later, 20 tracepoints");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
  });

  it("shows the semaphores of a process", () => {
    const binary = mempool(V31);
    const [added, replaced] = binary.probes;
    const semaphores = new Map([
      [added!.semaphoreOffset!, 2],
      [replaced!.semaphoreOffset!, 0],
    ]);
    const lines = tracepointTable(listingOf(binary, { process: PROCESS, semaphores }), plain(120));
    expect(lines.slice(0, 2)).toEqual([
      "/usr/bin/bitcoind, bitcoind (pid 4711)",
      "unknown release of Bitcoin Core, 2 tracepoints, 1 traced at this moment",
    ]);
    expect(lines[4]).toMatch(/^mempool:added {9}1 {2}2 /);
    expect(lines[5]).toMatch(/^mempool:replaced {6}1 {2}0 /);
  });

  it("a listing notes semaphores without read permission", () => {
    const lines = tracepointTable(listingOf(mempool(V31), { process: PROCESS }), plain(120));
    expect(lines[1]).toContain("no permission to read whether they are traced");
    expect(lines[4]).toMatch(/^mempool:added {9}1 {2}\? /);
  });

  it("shows tracepoints without semaphores", () => {
    const listing = listingOf(mempool(V26, false), { process: PROCESS });
    expect(tracepointTable(listing, plain(120))[1]).not.toContain("traced");
    expect(tracepointTable(listing, plain(120))[4]).toMatch(/^mempool:added {9}1 {2}none /);
  });

  it("a node's tracepoint that differs from the contract has a remark; other programs have none", () => {
    const lines = `${edited(V31, { "mempool:added": "8@%rbx" })}\nmempool:mine 8@%rax\n`;
    const text = tracepointTable(listingOf(binaryOf(node(lines, gated))), plain(80)).join("\n");
    expect(text).toContain(
      "    arg0 uint64\n    differs from the contract; `corelens check` lists the differences\n",
    );
    expect(text).toContain("    arg0 uint64\n    not in the contract\n");
    const other = tracepointTable(listingOf(binaryOf(node("a:b 8@%rax", gated))), plain(80));
    expect(other.slice(1)).toEqual([
      "x86-64, 1 tracepoint",
      "",
      "TRACEPOINT  SITES  SEMAPHORE",
      "a:b             1  yes",
      "    arg0 uint64",
    ]);
  });

  it("escapes control characters of a file", () => {
    const hostile = probe("a\u001b[2J", "b\u009b1m\n", [], { location: 1, semaphore: 0 });
    const binary = binaryOf([hostile], "/tmp/\u001b]0;title\u0007");
    for (const view of [tracepointTable, tracepointDetails]) {
      expect(view(listingOf(binary), plain(80)).join("")).not.toMatch(/\p{Cc}/u);
    }
  });

  it("has colours only on terminals", () => {
    const style = { paint: painter(true), width: 80 };
    expect(tracepointTable(listingOf(mempool(V31)), style).join("")).toContain("\u001b[36m");
  });
});

describe("tracepointDetails", () => {
  it("contain meanings, units, values and the address of each site", () => {
    const binary = binaryOf(node(only(V31, /utxocache:flush/), gated));
    expect(tracepointDetails(listingOf(binary), plain(80)).slice(2)).toEqual([
      "",
      "utxocache:flush",
      "  The cache was written to disk.",
      "    duration_us  int64   us  How long the flush took. Meaningless under mocktime",
      "                             before v25; since v30 it is 0 under mocktime and",
      "                             negative when the clock is set back.",
      "    mode         uint32      What the caller of the flush asked for. 0 NONE, 1",
      "                             IF_NEEDED, 2 PERIODIC.",
      "    coins        uint64      Coins in the cache before the flush.",
      "    memory       uint64  B   Memory the cache used before the flush.",
      "    for_prune    bool        Whether pruning made the flush necessary.",
      "  at 0x1000, file offset 0x1000, semaphore at 0x900000",
      "    -8@%rdx 4@%ecx 8@%rax 8@-1848(%rbp) 1@-1778(%rbp)",
    ]);
  });

  it("contain unreadable values with the reason", () => {
    const lines = tracepointDetails(listingOf(binaryOf(node("a:b 8@%xmm0", gated))), plain(80));
    expect(lines.at(-1)).toContain("8@%xmm0: ");
  });
});

describe("listingJson", () => {
  it("has the tracepoints by name and the probes with their addresses", () => {
    const binary = mempool(V31);
    const semaphores = new Map([[binary.probes[0]!.semaphoreOffset!, 1]]);
    const listing = listingOf(binary, {
      process: PROCESS,
      semaphores,
      tracepoints: binary.recognition.tracepoints.slice(0, 1),
    });
    expect(JSON.parse(listingJson(listing))).toMatchObject({
      path: "/usr/bin/bitcoind",
      build_id: "c0ffee",
      pid: 4711,
      releases: null,
      tracepoints: [
        {
          name: "mempool:added",
          status: "contract",
          sites: 1,
          semaphore: 1,
          fields: [{ name: "txid", type: "hash" }, { name: "vsize" }, { name: "fee", unit: "sat" }],
        },
      ],
      probes: [{ provider: "mempool", name: "added", location: 0x1000 }],
    });
  });
});
