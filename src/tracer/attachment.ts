import type { UprobeSite } from "../bpf/attach-refusal.ts";
import { closeDescriptor } from "../bpf/descriptor.ts";
import { attachPerfEvent, attachUprobeMulti, type UprobeTarget } from "../bpf/link.ts";
import { loadProgram } from "../bpf/program.ts";
import { nestedPidNamespace } from "../kernel/pid-namespace.ts";
import type { Condition } from "../query/condition.ts";
import type { Argument } from "../usdt/argument.ts";
import {
  type Action,
  type Certainty,
  compileProgram,
  type ProgramTarget,
  type SiteCode,
} from "./program.ts";
import type { ProgramSet } from "./shared-state.ts";
import type { AttachSupport } from "./support.ts";

/** Jumps within a program reach 32,767 instructions. */
const MAX_INSTRUCTIONS = 32_000;
/** What asking at which site a program runs takes for each. */
const DISPATCH_INSTRUCTIONS = 3;

/** A site of a tracepoint and the places of its arguments. */
export interface Site extends UprobeSite {
  readonly arguments: readonly Argument[];
}

/** A tracepoint to trace, with all its sites. */
export interface TracedTracepoint {
  readonly name: string;
  readonly action: Action;
  readonly sites: readonly Site[];
  /** The action takes only events that meet this condition. */
  readonly condition?: Condition | null;
  /** Present where the sites have arguments of the condition that cannot be read. */
  readonly certainty?: Certainty | null;
  readonly unreadable?: readonly UnreadableField[];
}

/** A field that cannot be read at some of a tracepoint's sites. */
export interface UnreadableField {
  readonly field: string;
  /** The argument's text in the note, such as `8@%xmm0`. */
  readonly argument: string;
  readonly reason: string;
  /** The number of sites where it cannot be read. */
  readonly sites: number;
  /** The number of all sites. */
  readonly of: number;
}

/**
 * Programs attached to one file. Only descriptors keep them attached: when this process closes them or ends, the kernel
 * detaches the programs and lowers the semaphores.
 */
export class Attachment {
  /** Descriptors of the loaded programs, for their run-time statistics. */
  readonly programs: number[] = [];
  readonly #links: number[] = [];

  /**
   * @param file the file, by a path that this process can open
   * @param shared the map of the shared state
   * @param set the set that the programs belong to
   * @throws CorelensError NO_PERMISSION, PROGRAM_REJECTED, KERNEL_REFUSED; nothing stays attached then
   */
  constructor(
    file: UprobeTarget,
    tracepoints: readonly TracedTracepoint[],
    shared: number,
    set: ProgramSet,
    support: AttachSupport,
  ) {
    const sites = tracepoints.flatMap(({ action, sites, condition = null, certainty = null }) =>
      sites.map((site) => ({ ...site, action, condition, certainty })),
    );
    const target = { ...support, shared, set, pidNamespace: nestedPidNamespace() };
    const programOf = (group: readonly SiteCode[]): number => {
      const code = compileProgram(group, target);
      const program = loadProgram({ name: "corelens", code, ...support });
      this.programs.push(program);
      return program;
    };
    try {
      if (support.attach === "uprobe_multi") {
        for (const group of programsOf(sites, target)) {
          this.#links.push(attachUprobeMulti(programOf(group), file, group));
        }
      } else {
        for (const site of sites) this.#links.push(attachPerfEvent(programOf([site]), file, site));
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    for (const descriptor of [...this.#links.splice(0), ...this.programs.splice(0)]) {
      closeDescriptor(descriptor);
    }
  }
}

/** Distributes sites among programs, of which each has as many as it can hold. */
export function programsOf<Site extends SiteCode>(
  sites: readonly Site[],
  target: ProgramTarget,
): Site[][] {
  const programs: Site[][] = [];
  let room = 0;
  for (const site of sites) {
    const instructions = compileProgram([site], target).length / 8 + DISPATCH_INSTRUCTIONS;
    if (instructions > room) {
      programs.push([]);
      room = MAX_INSTRUCTIONS;
    }
    programs.at(-1)!.push(site);
    room -= instructions;
  }
  return programs;
}
