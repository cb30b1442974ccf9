import { attachPerfEvent, attachUprobeMulti, closeDescriptor } from "../bpf/link.ts";
import { loadProgram } from "../bpf/program.ts";
import type { Argument } from "../usdt/argument.ts";
import type { RecordLayout } from "./record-layout.ts";
import { compileSiteProgram } from "./site-program.ts";
import type { AttachSupport } from "./support.ts";

/** A site of a tracepoint, as far as attaching to it goes. */
export interface Site {
  readonly fileOffset: number;
  /** 0 when the probe has no semaphore. */
  readonly semaphoreOffset: number;
  readonly arguments: readonly Argument[];
}

/** A tracepoint to be traced: its record, and every site that writes one. */
export interface TracedTracepoint {
  readonly layout: RecordLayout;
  readonly sites: readonly Site[];
}

/** Where the programs deliver to. */
export interface Delivery {
  readonly ring: number;
  readonly shared: number;
}

/**
 * Programs attached to one file. Descriptors are all that holds them: closing them, or the death of this
 * process, detaches and lowers the semaphores.
 */
export class Attachment {
  /** Descriptors of the loaded programs, for their run-time statistics. */
  readonly programs: readonly number[];
  readonly #links: readonly number[];

  /**
   * @param path the file as this process sees it
   * @param pid only this process; every process that runs the file when null
   * @throws CorelensError NO_PERMISSION, PROGRAM_REJECTED, KERNEL_REFUSED; nothing stays attached then
   */
  constructor(
    path: string,
    pid: number | null,
    tracepoints: readonly TracedTracepoint[],
    delivery: Delivery,
    support: AttachSupport,
  ) {
    const attach = support.attach === "uprobe_multi" ? attachUprobeMulti : attachPerfEvent;
    const programs: number[] = [];
    const links: number[] = [];
    this.programs = programs;
    this.#links = links;
    try {
      for (const { layout, sites } of tracepoints) {
        for (const { arguments: arguments_, fileOffset, semaphoreOffset } of sites) {
          const code = compileSiteProgram(arguments_, layout, { ...support, ...delivery });
          const program = loadProgram({ name: programName(layout.name), code, ...support });
          programs.push(program);
          links.push(attach(program, { path, fileOffset, semaphoreOffset, pid }));
        }
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    for (const descriptor of [...this.#links, ...this.programs]) closeDescriptor(descriptor);
  }
}

/** What bpftool shows: `inbound_message` of `net:inbound_message`. */
function programName(tracepoint: string): string {
  return tracepoint.replace(/^.*:/, "").replace(/[^A-Za-z0-9_]/g, "_");
}
