import type { Argument } from "../../src/usdt/argument.ts";
import { parseArgument, splitArguments } from "../../src/usdt/parse-argument.ts";
import type { Probe } from "../../src/usdt/probe.ts";

/** The probes of nodes, made of lines like `mempool:added 8@%rbx -4@%eax -8@40(%r14)`. */

export function node(lines: string, { semaphores }: { semaphores: boolean }): Probe[] {
  return lines
    .trim()
    .split("\n")
    .map((line, index) => {
      const [name, ...texts] = splitArguments(line.trim());
      const [provider, event] = name!.split(":");
      const location = 0x1000 * (index + 1);
      const site = { address: location, symbol: () => null };
      return probe(
        provider!,
        event!,
        texts.map((text) => parseArgument(text, "x86-64", site)),
        {
          location,
          semaphore: semaphores ? 0x900000 + 2 * index : 0,
        },
      );
    });
}

export function probe(
  provider: string,
  name: string,
  args: readonly Argument[],
  { location, semaphore }: { location: number; semaphore: number },
): Probe {
  return {
    provider,
    name,
    location,
    base: 0,
    wordSize: 8,
    semaphore,
    address: location,
    fileOffset: location,
    instruction: "nop",
    semaphoreOffset: semaphore === 0 ? null : semaphore,
    argumentText: args.map((argument) => argument.text).join(" "),
    arguments: args,
  };
}

/** The lines with other arguments: `edited(V31, { "mempool:added": "8@%rbx 8@%rax -8@%rdx" })`. */
export function edited(lines: string, changes: Readonly<Record<string, string>>): string {
  return lines
    .trim()
    .split("\n")
    .map((line) => {
      const name = line.split(" ")[0]!;
      return name in changes ? `${name} ${changes[name]}` : line;
    })
    .join("\n");
}

/** Only, or without, the lines whose names match. */
export const only = (lines: string, names: RegExp) => filtered(lines, (line) => names.test(line));
export const without = (lines: string, names: RegExp) =>
  filtered(lines, (line) => !names.test(line));

function filtered(lines: string, keep: (line: string) => boolean): string {
  return lines.trim().split("\n").filter(keep).join("\n");
}

/** bitcoind v31.99, GCC 12, x86-64: as in its notes. */
export const V31 = `
net:evicted_inbound_connection -8@-368(%rbp) 8@%r14 8@%r15 4@%esi -8@%rdx
net:closed_connection -8@%r13 8@%r14 8@%r15 4@%esi -8@%rdx
net:outbound_connection -8@%r12 8@%r13 8@%r14 4@%r15d 8@%rax
net:inbound_connection -8@%r12 8@%r13 8@%r15 4@-720(%rbp) 8@%rax
net:outbound_message -8@%r13 8@%r14 8@-96(%rbp) 8@24(%rcx) 8@%rax 8@%rdx
net:misbehaving_connection -8@(%rbx) 8@(%rax)
net:inbound_message -8@-1064(%rbp) 8@-1024(%rbp) 8@-640(%rbp) 8@-336(%rbp) 8@%rax 8@%rdx
mempool:added 8@%rbx -4@%eax -8@40(%r14)
mempool:removed 8@%rbx 8@%r13 -4@%eax -8@40(%r15) 8@64(%r15)
mempool:replaced 8@%r13 -4@%eax -8@40(%rbx) 8@64(%rbx) 8@%rdx -4@168(%rsp) -8@160(%rsp) 1@%cl
utxocache:flush -8@%rdx 4@%ecx 8@%rax 8@-1848(%rbp) 1@-1778(%rbp)
mempool:rejected 8@%rbx 8@288(%rsp)
validation:block_connected 8@-1744(%rbp) -4@24(%rcx) 8@%rax -4@-1676(%rbp) -8@-1640(%rbp) -8@%r13
coin_selection:selected_coins 8@-4936(%rbp) 8@-4952(%rbp) -8@%r13 -8@-4864(%rbp) -8@%rax
coin_selection:normal_create_tx_internal 8@%rcx 1@%sil -8@%rax -4@%edx
coin_selection:attempting_aps_create_tx 8@200(%r12)
coin_selection:aps_create_tx_internal 8@%rsi 1@-1617(%rbp) 1@%al -8@%rcx -4@%edx
utxocache:uncache 8@%rbp 4@32(%rbp) 4@%eax -8@72(%rsi) 1@%dl
utxocache:add 8@%r12 4@32(%r12) 4@%eax -8@72(%r15) 1@%dl
utxocache:spent 8@%r13 4@32(%r13) 4@%eax -8@72(%rbx) 1@%dl
`;

/** bitcoin-node v30.99 of a branch, GCC 12, x86-64: its wallet is another process. */
export const V30_WITHOUT_WALLET = `
net:closed_connection -8@%r13 8@%r14 8@%r15 4@%eax -8@272(%rbx)
net:evicted_inbound_connection -8@-288(%rbp) 8@%r14 8@%r15 4@%eax -8@272(%rbx)
net:outbound_connection -8@%r12 8@%r13 8@%r14 4@%r15d 8@%rax
net:inbound_connection -8@-640(%rbp) 8@%r12 8@%r13 4@%r14d 8@%rax
net:outbound_message -8@%r13 8@%r14 8@-96(%rbp) 8@24(%rsi) 8@%rax 8@%rdx
net:misbehaving_connection -8@(%rbx) 8@(%rax)
net:inbound_message -8@-1064(%rbp) 8@-1024(%rbp) 8@-640(%rbp) 8@-336(%rbp) 8@%rax 8@%rdx
mempool:added 8@%rbx -4@%eax -8@40(%r14)
mempool:removed 8@%rbx 8@%r13 -4@%eax -8@40(%r15) 8@64(%r15)
mempool:replaced 8@%r13 -4@%eax -8@40(%rbx) 8@64(%rbx) 8@%rdx -4@168(%rsp) -8@160(%rsp) 1@%cl
utxocache:flush -8@%rdx 4@%ecx 8@%rax 8@-1632(%rbp) 1@-1554(%rbp)
mempool:rejected 8@%rbx 8@288(%rsp)
validation:block_connected 8@-1736(%rbp) -4@24(%rcx) 8@%rax -4@-1676(%rbp) -8@-1640(%rbp) -8@%r14
utxocache:uncache 8@%rbp 4@32(%rbp) 4@%eax -8@72(%rbx) 1@%dl
utxocache:add 8@%rbp 4@32(%rbp) 4@%eax -8@72(%rbx) 1@%dl
utxocache:spent 8@%rbp 4@32(%rbp) 4@%eax -8@72(%rbx) 1@%dl
`;

/** Older releases: what their sources pass, in the registers of v31. They have no semaphores. */
export const V26 = edited(without(V31, /_connection/), {
  "mempool:replaced": "8@%r13 -4@%eax -8@40(%rbx) 8@64(%rbx) 8@%rdx -4@168(%rsp) -8@160(%rsp)",
  "validation:block_connected":
    "8@-1744(%rbp) -4@24(%rcx) 8@%rax -4@-1676(%rbp) -8@-1640(%rbp) 8@%r13",
});
export const V25 = edited(V26, {
  "mempool:added": "8@%rbx 8@%rax -8@40(%r14)",
  "mempool:removed": "8@%rbx 8@%r13 8@%rax -8@40(%r15) 8@64(%r15)",
  "mempool:replaced": "8@%r13 8@%rax -8@40(%rbx) 8@64(%rbx) 8@%rdx 8@168(%rsp) -8@160(%rsp)",
});
export const V24 = without(V31, /_connection|^mempool:/);
export const V23 = without(V24, /^coin_selection:/);

/** A branch that had semaphores before any release, and the mempool's tracepoints in another form. */
export const DRAFT_BRANCH = edited(without(V31, /_connection/), {
  "mempool:added": "8@%rbx 8@%rax -8@40(%r14)",
  "mempool:removed": "8@%rbx 8@%r13 8@%rax -8@40(%r15)",
  "mempool:replaced": "8@%r13 8@%rax -8@40(%rbx) 8@%rdx 8@168(%rsp) -8@160(%rsp)",
  "mempool:rejected": "8@%rbx 8@288(%rsp) -8@%r12 8@%r14",
});
