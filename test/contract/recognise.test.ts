import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkContract } from "../../src/contract/check.ts";
import { type Recognition, recognise } from "../../src/contract/recognise.ts";
import { shapeOf } from "../../src/contract/shape.ts";
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
import { anyProbe } from "./random.ts";

const gated = { semaphores: true };
const plain = { semaphores: false };

function tracepoint({ tracepoints }: Recognition, name: string) {
  return tracepoints.find((each) => each.name === name)!;
}
function fieldNames(recognition: Recognition, name: string): string[] {
  return tracepoint(recognition, name).fields.map((field) => field.name);
}
function field(recognition: Recognition, name: string, fieldName: string) {
  return tracepoint(recognition, name).fields.find((each) => each.name === fieldName);
}

describe("recognise", () => {
  it.each([
    ["bitcoind v31.99", V31, gated, 20, { since: 29, until: null }],
    [
      "bitcoin-node v30.99, whose wallet is elsewhere",
      V30_WITHOUT_WALLET,
      gated,
      16,
      { since: 29, until: null },
    ],
    ["v26 to v28", V26, plain, 15, { since: 26, until: 28 }],
    ["v26 to v28 without a wallet", without(V26, /^coin_/), plain, 11, { since: 26, until: 28 }],
    ["v25", V25, plain, 15, { since: 25, until: 25 }],
    ["v24", V24, plain, 11, { since: 24, until: 24 }],
    ["v23, or v24 without a wallet", V23, plain, 7, { since: 23, until: 24 }],
  ])("knows %s by its notes", (_, lines, semaphores, tracepoints, releases) => {
    const recognition = recognise(node(lines, semaphores));
    expect(recognition.releases).toEqual(releases);
    expect(recognition.tracepoints).toHaveLength(tracepoints);
    expect(new Set(recognition.tracepoints.map(({ status }) => status))).toEqual(
      new Set(["contract"]),
    );
  });

  it.each([
    ["microseconds in v23", V23, plain, "duration_us"],
    ["microseconds in v24", V24, plain, "duration_us"],
    ["nanoseconds in v25", V25, plain, "duration_ns"],
    ["nanoseconds in v26 to v28", V26, plain, "duration_ns"],
    ["nanoseconds since v29", V31, gated, "duration_ns"],
  ])("measures blocks in %s", (_, lines, semaphores, duration) => {
    const recognition = recognise(node(lines, semaphores));
    expect(fieldNames(recognition, "validation:block_connected").at(-1)).toBe(duration);
  });

  it.each([
    ["one tracepoint alone", only(V31, /block_connected/), gated],
    ["a development branch", DRAFT_BRANCH, gated],
  ])("leaves the duration's unit open for %s", (_, lines, semaphores) => {
    const recognition = recognise(node(lines, semaphores));
    expect(recognition.releases).toBeNull();
    const duration = field(recognition, "validation:block_connected", "duration");
    expect(duration).toMatchObject({ type: "int64" });
    expect(duration).not.toHaveProperty("unit");
    expect(duration!.meaning).toContain("Whether in us or ns cannot be told.");
  });

  it("reads the development branch's own forms of the mempool's tracepoints", () => {
    const recognition = recognise(node(DRAFT_BRANCH, gated));
    expect(fieldNames(recognition, "mempool:removed")).toEqual(["txid", "reason", "vsize", "fee"]);
    expect(fieldNames(recognition, "mempool:replaced")).toEqual([
      "replacement_id",
      "replacement_vsize",
      "replacement_fee",
      "replaced_txid",
      "replaced_vsize",
      "replaced_fee",
    ]);
    expect(fieldNames(recognition, "mempool:rejected")).toEqual([
      "txid",
      "reason",
      "peer_id",
      "address",
    ]);
    expect(field(recognition, "mempool:added", "vsize")?.type).toBe("uint64");
  });

  it("reads the patches for addrman on top of a release", () => {
    const patched = `${V31.trim()}
      addrman:attempt_add 1@%al -4@%ecx -4@%edx 8@%rsi 4@%edi 8@%r8 4@%r9d
      addrman:move_to_good -4@%ecx -4@%edx 8@%rsi 4@%edi 8@%r8 4@%r9d`;
    const recognition = recognise(node(patched, gated));
    expect(recognition.releases).toEqual({ since: 29, until: null });
    expect(fieldNames(recognition, "addrman:attempt_add")).toEqual([
      "inserted",
      ...fieldNames(recognition, "addrman:move_to_good"),
    ]);
  });

  it("reads a tracepoint that was ported to an older release", () => {
    const added = only(V31, /mempool:added/);
    const recognition = recognise(node(`${V24}\n${added}`, plain));
    expect(recognition.releases).toEqual({ since: 24, until: 24 });
    expect(fieldNames(recognition, "mempool:added")).toEqual(["txid", "vsize", "fee"]);
  });

  describe("the flush modes", () => {
    const modes = (version?: number) =>
      field(recognise(node(V31, gated), version), "utxocache:flush", "mode")?.values;

    it("leaves mode 3 a number where the version is not known", () => {
      expect(modes()).toEqual({ 0: "NONE", 1: "IF_NEEDED", 2: "PERIODIC" });
    });
    it("names it where the version is known", () => {
      expect(modes(30)?.[3]).toBe("ALWAYS");
      expect(modes(31)).toMatchObject({ 3: "FORCE_FLUSH", 4: "FORCE_SYNC" });
      expect(modes(99)).toEqual(modes(31));
    });
    it("names it in releases that the notes tell", () => {
      expect(field(recognise(node(V26, plain)), "utxocache:flush", "mode")?.values?.[3]).toBe(
        "ALWAYS",
      );
    });
  });

  it("believes the notes rather than a version they contradict", () => {
    expect(recognise(node(V31, gated), 24)).toEqual(recognise(node(V31, gated)));
    expect(recognise(node(V25, plain), 22)).toEqual(recognise(node(V25, plain)));
  });

  it("takes the version where the notes say nothing", () => {
    const block = node(only(V31, /block_connected/), plain);
    expect(fieldNames(recognise(block, 24), "validation:block_connected")).toContain("duration_us");
    expect(fieldNames(recognise(block, 30), "validation:block_connected")).toContain("duration_ns");
  });

  describe("drift", () => {
    it.each([
      ["a wider argument", "8@%rbx 8@%rax -8@%rdx", ["uint64", "uint64", "int64"]],
      ["another sign", "8@%rbx 4@%eax -8@%rdx", ["uint64", "uint32", "int64"]],
      ["one argument fewer", "8@%rbx -4@%eax", ["uint64", "int32"]],
      [
        "an inserted argument",
        "8@%rbx 1@%cl -4@%eax -8@%rdx",
        ["uint64", "uint8", "int32", "int64"],
      ],
    ])("gives no name of the contract to %s", (_, args, types) => {
      const recognition = recognise(node(edited(V31, { "mempool:added": args }), gated));
      expect(recognition.releases).toEqual({ since: 29, until: null });
      const { status, fields } = tracepoint(recognition, "mempool:added");
      expect(status).toBe("drift");
      expect(fields.map(({ name }) => name)).toEqual(types.map((_, index) => `arg${index}`));
      expect(fields.map(({ type }) => type)).toEqual(types);
      expect(tracepoint(recognition, "mempool:removed").status).toBe("contract");
    });

    it("does not take an older release's unit for a drifted duration of the same shape", () => {
      const chrono = "8@(%rbp) -4@(%rcx) 8@%rax -4@%ecx -8@%rdx 8@%r13";
      const lines = edited(V31, { "validation:block_connected": chrono });
      const { status, fields } = tracepoint(
        recognise(node(lines, gated)),
        "validation:block_connected",
      );
      expect(status).toBe("drift");
      expect(fields.at(-1)).toMatchObject({ name: "arg5", type: "uint64" });
    });

    it("survives releases that add a tracepoint or drop the semaphores", () => {
      const lines = `${V31.trim()}\nmempool:evicted 8@%rax`;
      expect(recognise(node(lines, gated)).releases).toEqual({ since: 29, until: null });
      expect(recognise(node(V31, plain)).releases).toEqual({ since: 29, until: null });
    });
  });

  it("accepts constants in the width of their type", () => {
    const lines = edited(V31, { "mempool:added": "8@%rbx -4@$141 -8@$0" });
    expect(tracepoint(recognise(node(lines, gated)), "mempool:added").status).toBe("contract");
  });

  it("names the arguments beside one that cannot be read", () => {
    const lines = edited(V31, { "mempool:added": "8@[x0,#:lo12:.LANCHOR0] -4@%eax -8@%rdx" });
    expect(tracepoint(recognise(node(lines, gated)), "mempool:added").status).toBe("contract");
  });

  it("gathers the sites of one name, of which the widest form and the fewest arguments count", () => {
    const lines = "app:step -4@%eax 1@%cl 8@%rdx\napp:step 8@%rax -2@%cx\napp:other";
    const { tracepoints } = recognise(node(lines, plain));
    expect(tracepoints.map(({ name, status }) => [name, status])).toEqual([
      ["app:step", "unknown"],
      ["app:other", "unknown"],
    ]);
    expect(tracepoints[0]!.sites).toHaveLength(2);
    expect(tracepoints[0]!.fields.map(({ type }) => type)).toEqual(["uint64", "int16"]);
    expect(tracepoints[1]!.fields).toEqual([]);
  });

  it("recognises nothing in a binary without probes", () => {
    expect(recognise([])).toEqual({ releases: null, tracepoints: [] });
  });
});

describe("for any probes", () => {
  const probes = fc.array(anyProbe(), { maxLength: 40 });
  const version = fc.option(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.double()), {
    nil: undefined,
  });

  it("recognise gives each site to one tracepoint and no name to an argument of another shape", () => {
    fc.assert(
      fc.property(probes, version, (probes, version) => {
        const { tracepoints } = recognise(probes, version);
        expect(tracepoints.flatMap(({ sites }) => sites)).toHaveLength(probes.length);
        for (const { status, fields, sites } of tracepoints) {
          expect(fields.length).toBeLessThanOrEqual(12);
          if (status !== "contract") continue;
          for (const { arguments: args } of sites) {
            expect(args).toHaveLength(fields.length);
            for (const [index, { size, signed }] of args.entries()) {
              if (size !== null) expect({ size, signed }).toEqual(shapeOf(fields[index]!.type));
            }
          }
        }
      }),
    );
  });

  it("check finds drift exactly where recognise does not give the contract's fields", () => {
    const aboutArguments = new Set(["argument-count", "argument-width", "argument-sign"]);
    fc.assert(
      fc.property(probes, version, (probes, version) => {
        const drifted = recognise(probes, version).tracepoints.filter(
          ({ status }) => status === "drift",
        );
        const found = checkContract(probes, version).filter(({ kind }) => aboutArguments.has(kind));
        expect(new Set(found.map(({ tracepoint }) => tracepoint))).toEqual(
          new Set(drifted.map(({ name }) => name)),
        );
      }),
    );
  });
});

/** The form of August 2021, before any release had tracepoints: GCC 12, x86-64. */
const PR_22006 = `
net:outbound_message -8@%r13 8@%r14 8@%rdi 8@24(%rbp) 8@%rax 8@%rdx
net:inbound_message -8@24(%rsp) 8@48(%rsp) 8@608(%rsp) 8@72(%rsi) 8@%rax 8@%rdx
validation:block_connected 8@%r12 -4@%r13d 8@%rbx -4@-1232(%rbp) -8@-1184(%rbp) -8@-1160(%rbp) 8@-1208(%rbp)
`;

describe("a build of PR 22006", () => {
  const recognition = recognise(node(PR_22006, plain));

  it("has all three tracepoints of the contract", () => {
    const statuses = recognition.tracepoints.map(({ name, status }) => [name, status]);
    expect(statuses).toEqual([
      ["net:outbound_message", "contract"],
      ["net:inbound_message", "contract"],
      ["validation:block_connected", "contract"],
    ]);
  });

  it("names the seven arguments of block_connected", () => {
    const { fields } = tracepoint(recognition, "validation:block_connected");
    expect(fields.map(({ name, type, unit }) => [name, type, unit])).toEqual([
      ["hash_text", "string", undefined],
      ["height", "int32", undefined],
      ["transactions", "uint64", undefined],
      ["inputs", "int32", undefined],
      ["sigops_cost", "int64", undefined],
      ["duration_us", "int64", "us"],
      ["hash", "hash", undefined],
    ]);
  });
});

describe("arguments that cannot be read", () => {
  it("say why, when no site lets them be read", () => {
    const sites = "demo:event 8@%xmm0 4@%eax";
    const [{ fields } = { fields: [] }] = recognise(node(sites, plain)).tracepoints;
    expect(fields[0]?.unreadable).toMatch(/^8@%xmm0: .*vector register/);
    expect(fields[1]).not.toHaveProperty("unreadable");
  });

  it("are readable as long as one site lets them be read", () => {
    const sites = "demo:event 8@%xmm0\ndemo:event 8@%rax";
    const [{ fields } = { fields: [] }] = recognise(node(sites, plain)).tracepoints;
    expect(fields[0]).not.toHaveProperty("unreadable");
  });

  it("are told of the contract's fields, too", () => {
    const lines = edited(V31, { "mempool:added": "8@%rbx -4@%eax -8@%xmm3" });
    const { status, fields } = tracepoint(recognise(node(lines, gated)), "mempool:added");
    expect(status).toBe("contract");
    expect(fields.at(-1)).toMatchObject({ name: "fee", type: "int64" });
    expect(fields.at(-1)?.unreadable).toContain("-8@%xmm3");
  });
});

describe("arguments of unknown tracepoints", () => {
  it.each([
    ["8f@%rax", { type: "float64" }],
    ["4f@-4(%rbp)", { type: "float32" }],
    ["24@8(%rsp)", { type: "words", size: 24 }],
    ["3@8(%rsp)", { type: "words", size: 3 }],
    ["-16@%rax", { type: "words", size: 16 }],
    ["%rax", { type: "uint64" }],
  ])("of the form %s have the type that shows them", (text, expected) => {
    const [{ fields } = { fields: [] }] = recognise(node(`demo:event ${text}`, plain)).tracepoints;
    expect(fields[0]).toMatchObject(expected);
  });
});
