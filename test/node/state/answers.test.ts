import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resultOf } from "../../../src/node/rpc/answer.ts";
import type { RpcCaller } from "../../../src/node/rpc/caller.ts";
import { STATE_CALLS, STATE_PARTS } from "../../../src/node/state/calls.ts";
import type { StatePart } from "../../../src/node/state/node-state.ts";
import { RpcSource } from "../../../src/node/state/rpc-source.ts";

/** A source whose node gives every call the same answer. */
const answering = (answer: unknown) =>
  new RpcSource({
    call: (method) => Promise.resolve().then(() => resultOf(method, { result: answer })),
  });

const read = <Part extends StatePart>(part: Part, answer: unknown) => answering(answer).read(part);

/** All values that are neither lists nor objects, but for null. */
function leavesOf(value: unknown): unknown[] {
  if (value === null) return [];
  return typeof value === "object" ? Object.values(value).flatMap(leavesOf) : [value];
}

describe("an answer", () => {
  it("of any shape becomes a state without an error", async () => {
    const key = fc.constantFrom(
      "id",
      "addr",
      "blocks",
      "warnings",
      "size",
      "locked",
      "networks",
      "a",
    );
    const field = fc.oneof(fc.anything(), fc.array(fc.dictionary(key, fc.anything())));
    const answer = fc.oneof(
      fc.anything(),
      fc.dictionary(key, field),
      fc.array(fc.dictionary(key, field)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STATE_PARTS), answer, async (part, answer) => {
        fc.pre(answer !== undefined);
        for (const leaf of leavesOf(await read(part, answer))) {
          if (typeof leaf === "number") expect(leaf).toSatisfy(Number.isFinite);
          else expect(["string", "boolean"]).toContain(typeof leaf);
        }
      }),
    );
  });

  it("has null for fields that the release lacks", async () => {
    expect(await read("mempool", { size: 3 })).toEqual({
      loaded: null,
      transactions: 3,
      vsize: null,
      memory_usage: null,
      memory_max: null,
      fees: null,
      min_fee_rate: null,
      min_relay_fee_rate: null,
      incremental_fee_rate: null,
      unbroadcast: null,
    });
    expect(await read("chain", {})).toMatchObject({ height: null, background: null, warnings: [] });
    expect(await read("peers", [{ addr: "no id" }, 7, null, { id: 4 }])).toMatchObject([
      { peer_id: 4, address: null, services: [], bytes_sent_by_type: {} },
    ]);
    expect(await read("uptime", "7")).toBeNull();
  });
});

describe("amounts", () => {
  it("are whole satoshi, and feerates are in sat/vB", async () => {
    const fees = [0.29, 0.00000001, 20999999.9769, 1.1e-7];
    for (const total_fee of fees) {
      expect((await read("mempool", { total_fee })).fees).toBe(Math.round(total_fee * 1e8));
    }
    expect(
      await read("mempool", { mempoolminfee: 0.00001, minrelaytxfee: 0.000001 }),
    ).toMatchObject({ min_fee_rate: 1, min_relay_fee_rate: 0.1 });
  });

  it("are null while they are not estimated", async () => {
    const answer = { errors: ["Insufficient data or no feerate found"], blocks: 2 };
    expect(await read("fees", answer)).toEqual(
      [2, 6, 144].map((target) => ({ target, fee_rate: null })),
    );
    expect(await read("fees", { feerate: 0.00012345, blocks: 2 })).toContainEqual({
      target: 6,
      fee_rate: 12.345,
    });
  });
});

describe("warnings", () => {
  it("are a list, also from old releases with one text", async () => {
    const warnings = async (warnings: unknown) => (await read("network", { warnings })).warnings;
    expect(await warnings(["a", "b"])).toEqual(["a", "b"]);
    expect(await warnings("a")).toEqual(["a"]);
    expect(await warnings("")).toEqual([]);
    expect(await warnings([])).toEqual([]);
  });
});

describe("an assumed UTXO set", () => {
  it("is detected by the background validation", async () => {
    const backgroundvalidation = { snapshotheight: 9, blocks: 4, verificationprogress: 0.5 };
    expect((await read("chain", { backgroundvalidation })).background).toEqual({
      height: 4,
      snapshot_height: 9,
      verification_progress: 0.5,
    });
  });
});

describe("the table of calls", () => {
  it("contains exactly the calls that corelens makes", async () => {
    const made: string[] = [];
    const caller: RpcCaller = {
      call(method) {
        made.push(method);
        return Promise.resolve({});
      },
    };
    const source = new RpcSource(caller);
    for (const part of STATE_PARTS) await source.read(part);
    const methods = Object.values(STATE_CALLS).map(({ method }) => method);
    expect(new Set(made)).toEqual(new Set(methods));
  });

  it("is in docs/rpc.md, with the line for rpcwhitelist", () => {
    const document = readFileSync(new URL("../../../docs/rpc.md", import.meta.url), "utf8");
    const rows = Object.values<{
      method: string;
      why: string;
      everySeconds: number;
      cost?: string;
    }>(STATE_CALLS).map(
      ({ method, why, everySeconds, cost = "" }) =>
        `| \`${method}\` | ${why} | ${everySeconds} s | ${cost} |`,
    );
    expect(document).toContain(rows.join("\n"));
    const methods = Object.values(STATE_CALLS).map(({ method }) => method);
    expect(document).toContain(`\nrpcwhitelist=corelens:${methods.join(",")}\n`);
  });
});
