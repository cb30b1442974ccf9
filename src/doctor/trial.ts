import { closeDescriptor } from "../bpf/descriptor.ts";
import { createRingBuffer, createSharedArray } from "../bpf/map.ts";
import { pageSize } from "../kernel/libc.ts";
import { attachable, checkAttachable } from "../session/attach/attachable.ts";
import { select } from "../session/attach/selection.ts";
import type { TargetFile } from "../session/attach/target.ts";
import { Attachment } from "../tracer/attachment.ts";
import { layOut } from "../tracer/record-layout.ts";
import { deliver } from "../tracer/record-writer.ts";
import { SHARED } from "../tracer/shared-state.ts";
import { detectAttachSupport } from "../tracer/support.ts";
import { type DoctorFinding, ok } from "./finding.ts";

/**
 * Attaches to all tracepoints of a file, payloads included, but in this process only. This process does not run the
 * file, so the kernel replaces no instruction and raises no semaphore.
 *
 * @throws CorelensError the same errors as tracing
 */
export function examineTrial({ binary, reachablePath }: TargetFile): DoctorFinding[] {
  const chosen = select(binary.recognition.tracepoints, { patterns: [], fields: ["*"] });
  const ring = createRingBuffer("corelens_try", pageSize());
  try {
    const shared = createSharedArray("corelens_try", SHARED.size(chosen.length));
    try {
      const tracepoints = chosen.map(({ tracepoint, fields, wanted }, id) => ({
        name: tracepoint.name,
        action: deliver(layOut(id, tracepoint.name, fields, wanted), { ring, shared }),
        sites: tracepoint.sites.flatMap(attachable),
      }));
      const { problem } = checkAttachable(binary, tracepoints);
      if (problem) throw problem;
      const self = { path: reachablePath, pid: process.pid };
      new Attachment(self, tracepoints, shared, 0, detectAttachSupport()).close();
      return [
        ok(
          "trial",
          `attaching to all ${tracepoints.length} tracepoints works; tried without effect on the node`,
        ),
      ];
    } finally {
      closeDescriptor(shared);
    }
  } finally {
    closeDescriptor(ring);
  }
}
