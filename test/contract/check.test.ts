import { describe, expect, it } from "vitest";
import { checkContract } from "../../src/contract/check.ts";
import { findingText } from "../../src/contract/finding.ts";
import type { Probe } from "../../src/usdt/probe.ts";
import {
  DRAFT_BRANCH,
  edited,
  node,
  only,
  V23,
  V24,
  V25,
  V26,
  V30_WITHOUT_WALLET,
  V31,
  without,
} from "./nodes.ts";

const gated = { semaphores: true };
const plain = { semaphores: false };
const texts = (probes: Probe[], version?: number) =>
  checkContract(probes, version).map((finding) => `${finding.severity}  ${findingText(finding)}`);

describe("checkContract", () => {
  it.each([
    ["v31", V31, gated],
    ["v26", V26, plain],
    ["v25", V25, plain],
    ["v24", V24, plain],
    ["v23", V23, plain],
  ])("finds nothing in %s", (_, lines, semaphores) => {
    expect(checkContract(node(lines, semaphores))).toEqual([]);
  });

  it("notes that a build has no wallet", () => {
    expect(texts(node(V30_WITHOUT_WALLET, gated))).toEqual([
      "note  coin_selection:selected_coins is not part of this build",
      "note  coin_selection:normal_create_tx_internal is not part of this build",
      "note  coin_selection:attempting_aps_create_tx is not part of this build",
      "note  coin_selection:aps_create_tx_internal is not part of this build",
    ]);
  });

  it("finds a missing tracepoint, of the wallet too when it has others", () => {
    const lines = without(V31, /mempool:rejected|attempting_aps/);
    expect(texts(node(lines, gated))).toEqual([
      "drift  mempool:rejected is missing",
      "drift  coin_selection:attempting_aps_create_tx is missing",
    ]);
  });

  it("notes an unknown tracepoint of Core's contexts, but not one of another program's", () => {
    const lines = `${V31.trim()}\nmempool:evicted 8@%rax\nlibc:setjmp 8@%rax`;
    expect(texts(node(lines, gated))).toEqual(["note  mempool:evicted is not in the contract"]);
  });

  it.each([
    [
      "8@%rbx 8@%rax -8@%rdx",
      "argument 2 at 0x8000 has another width: expected vsize: int32 (-4@), found 8@%rax",
    ],
    [
      "8@%rbx -4@%eax 8@%rdx",
      "argument 3 at 0x8000 has another sign: expected fee: int64 (-8@), found 8@%rdx",
    ],
    ["8@%rbx -4@%eax", "at 0x8000 has another number of arguments: expected 3, found 2"],
    ["8@%xmm0 -4@%eax -8@%rdx", "argument 1 at 0x8000 cannot be read: found 8@%xmm0"],
  ])("finds that mempool:added passes %s", (args, text) => {
    const [found, ...others] = texts(node(edited(V31, { "mempool:added": args }), gated));
    expect(found).toContain(`drift  mempool:added ${text}`);
    expect(others).toEqual([]);
  });

  it("gives every value of a finding apart", () => {
    const [found] = checkContract(
      node(edited(V31, { "mempool:added": "8@%rbx 8@%rax -8@%rdx" }), gated),
    );
    expect(JSON.parse(JSON.stringify(found))).toEqual({
      kind: "argument-width",
      severity: "drift",
      tracepoint: "mempool:added",
      location: 0x8000,
      argument: 2,
      expected: "vsize: int32 (-4@)",
      found: "8@%rax",
    });
  });

  it("looks at every site of a name", () => {
    const lines = `${V31.trim()}\nmempool:added 8@%rbx -8@%rax -8@%rdx`;
    expect(texts(node(lines, gated))).toEqual([
      "drift  mempool:added argument 2 at 0x15000 has another width: expected vsize: int32 (-4@), found -8@%rax",
    ]);
  });

  it("finds sites without a semaphore in releases that have them", () => {
    const [first, ...others] = node(V31, gated);
    expect(texts([{ ...first!, semaphore: 0 }, ...others])).toEqual([
      "drift  net:evicted_inbound_connection at 0x1000 has no semaphore",
    ]);
    expect(checkContract(node(V31, plain))).toHaveLength(20);
  });

  it("notes a tracepoint ported from another release", () => {
    expect(texts(node(`${V24}\n${only(V31, /mempool:added/)}`, plain))).toEqual([
      "note  mempool:added comes from another release: found v26 or later",
    ]);
  });

  it("notes what cannot be read of other programs' tracepoints", () => {
    const findings = checkContract(node(`${V31.trim()}\ndemo:event 4@%eax 8@%xmm0`, gated));
    expect(findings).toMatchObject([
      { kind: "unreadable-other", severity: "note", tracepoint: "demo:event", argument: 2 },
    ]);
  });

  it("finds a floating-point number where the contract has an integer", () => {
    const lines = edited(V31, { "mempool:added": "8@%rbx -4@%eax 8f@%rdx" });
    expect(checkContract(node(lines, gated)).map(({ kind }) => kind)).toEqual(["argument-type"]);
  });

  it("recognises no release in a development branch and notes its variants", () => {
    const findings = checkContract(node(DRAFT_BRANCH, gated));
    expect(findings.map(({ kind, tracepoint }) => [kind, tracepoint])).toEqual([
      ["unrecognised", null],
      ["variant", "mempool:removed"],
      ["variant", "mempool:replaced"],
      ["variant", "mempool:rejected"],
    ]);
  });

  it("notes a stated version that the notes contradict", () => {
    expect(texts(node(V31, gated), 31)).toEqual([]);
    expect(texts(node(V31, gated), 24)).toEqual([
      "note  the binary is not like the version it states: expected v24, found v29 or later",
    ]);
    expect(texts(node(V23, plain), 22)).toEqual([
      "note  the binary is not like the version it states: expected v22, found v23 to v24",
    ]);
  });

  it("recognises no release in a binary without probes", () => {
    expect(texts([])).toEqual([
      "drift  the binary is like no release: expected the tracepoints of a release, found 0 of the 22 names in the contract",
    ]);
  });
});
