import { readFileSync } from "node:fs";
import { closeDescriptor } from "../bpf/descriptor.ts";
import { createRingBuffer } from "../bpf/map.ts";
import { enableRunTime } from "../bpf/run-time.ts";
import { CorelensError } from "../errors.ts";
import { pageSize } from "../kernel/libc.ts";
import { type Capability, hasCapability } from "../kernel/privileges.ts";
import { type AttachSupport, detectAttachSupport } from "../tracer/support.ts";
import { attempt, type DoctorFinding, ok, problem, warning } from "./finding.ts";

/** What this user may do, and what the kernel can: found out by trying, since versions do not tell of backports. */
export function examineKernel(): DoctorFinding[] {
  const rights = examineRights(heldCapabilities(), process.getuid?.() ?? 0, readUidMap());
  if (rights.status === "problem") {
    return [
      rights,
      warning(
        "kernel",
        "what the kernel can do was not tried, which takes the same rights",
        "run `sudo corelens doctor`",
      ),
    ];
  }
  return [
    rights,
    ...attempt("programs", tryPrograms),
    ...attempt("ring buffer", tryRing),
    tryRunTime(),
  ];
}

const CAPABILITIES = ["BPF", "PERFMON", "SYS_ADMIN"] as const;

function heldCapabilities(): Set<Capability> {
  return new Set(CAPABILITIES.filter(hasCapability));
}

/** `0 0 4294967295`: the namespace of the machine itself, where users are who they are. */
function readUidMap(): string {
  return readFileSync("/proc/self/uid_map", "ascii");
}

/** @param uidMap of /proc/self: capabilities in a user namespace of its own are worth nothing to the kernel */
export function examineRights(
  held: ReadonlySet<Capability>,
  uid: number,
  uidMap: string,
): DoctorFinding {
  const user = uid === 0 ? "root" : `uid ${uid}`;
  const cure = "run it with sudo, or give CAP_BPF and CAP_PERFMON: docs/privileges.md shows how";
  const lacking = (["BPF", "PERFMON"] as const).filter((capability) => !held.has(capability));
  // CAP_SYS_ADMIN includes the other two.
  if (lacking.length > 0 && !held.has("SYS_ADMIN")) {
    const names = lacking.map((name) => `CAP_${name}`).join(" and ");
    return problem("rights", `${user} lacks ${names}, without which nothing can be attached`, cure);
  }
  if (!/^\s*0\s+0\s+4294967295\s*$/.test(uidMap)) {
    return problem("rights", `${user} has its capabilities in a user namespace only`, cure);
  }
  const names = held.has("SYS_ADMIN") ? "CAP_SYS_ADMIN" : "CAP_BPF and CAP_PERFMON";
  return ok("rights", `${user} has ${names}: all that tracing needs`);
}

function tryPrograms(): DoctorFinding[] {
  return examineSupport(detectAttachSupport(), hasCapability("SYS_ADMIN"));
}

export function examineSupport(
  { attach, sleepable }: AttachSupport,
  isAdmin: boolean,
): DoctorFinding[] {
  const NEWER = "use kernel 6.6 or later";
  const attaching =
    attach === "uprobe_multi"
      ? ok("attaching", "one uprobe_multi link attaches to all tracepoints at once")
      : isAdmin
        ? warning(
            "attaching",
            "the kernel has no uprobe_multi links: detaching takes about 0.1 s a tracepoint",
            NEWER,
          )
        : problem(
            "attaching",
            "the kernel has no uprobe_multi links, and the older way takes CAP_SYS_ADMIN",
            `${NEWER}, or run it with sudo`,
          );
  const paging = sleepable
    ? ok("memory", "programs can wait for memory that is not resident")
    : warning(
        "memory",
        "programs cannot wait for memory that is not resident: such fields are shown as unreadable",
        NEWER,
      );
  return [attaching, paging];
}

function tryRing(): DoctorFinding[] {
  closeDescriptor(createRingBuffer("corelens_try", pageSize()));
  return [ok("ring buffer", "one ring buffer for all tracepoints keeps events in order")];
}

/** Whether the price can be shown: programs run without it. */
function tryRunTime(): DoctorFinding {
  try {
    closeDescriptor(enableRunTime());
    return ok("cost", "what tracing costs the node can be measured");
  } catch (error) {
    if (!(error instanceof CorelensError)) throw error;
    return warning(
      "cost",
      "what tracing costs the node cannot be measured, which takes CAP_SYS_ADMIN",
      "run it with sudo to see the cost",
    );
  }
}
