import { readFileSync } from "node:fs";
import { closeDescriptor } from "../bpf/descriptor.ts";
import { createRingBuffer } from "../bpf/map.ts";
import { enableRunTime } from "../bpf/run-time.ts";
import { CorelensError } from "../errors.ts";
import { pageSize } from "../kernel/libc.ts";
import { type Capability, hasCapability } from "../kernel/privileges.ts";
import { type AttachSupport, detectAttachSupport } from "../tracer/support.ts";
import { attempt, type DoctorFinding, ok, problem, warning } from "./finding.ts";

/** This user's rights and the kernel's features. Features are tried, because distributions backport them to older versions. */
export function examineKernel(): DoctorFinding[] {
  const rights = examineRights(heldCapabilities(), process.getuid?.() ?? 0, readUidMap());
  if (rights.status === "problem") {
    return [
      rights,
      warning(
        "kernel",
        "the kernel's features were not tested: the test needs the same capabilities",
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

/** `0 0 4294967295` in the machine's initial user namespace. */
function readUidMap(): string {
  return readFileSync("/proc/self/uid_map", "ascii");
}

/** @param uidMap of /proc/self; the kernel ignores capabilities that exist only in another user namespace */
export function examineRights(
  held: ReadonlySet<Capability>,
  uid: number,
  uidMap: string,
): DoctorFinding {
  const user = uid === 0 ? "root" : `uid ${uid}`;
  const cure = "run corelens with sudo, or grant it CAP_BPF and CAP_PERFMON (docs/privileges.md)";
  const missing = (["BPF", "PERFMON"] as const).filter((capability) => !held.has(capability));
  // CAP_SYS_ADMIN includes the other two.
  if (missing.length > 0 && !held.has("SYS_ADMIN")) {
    const names = missing.map((name) => `CAP_${name}`).join(" and ");
    return problem("rights", `${user} lacks ${names}, which attaching needs`, cure);
  }
  if (!/^\s*0\s+0\s+4294967295\s*$/.test(uidMap)) {
    return problem(
      "rights",
      `${user} has its capabilities in a user namespace only; tracing needs them on the machine itself`,
      cure,
    );
  }
  const names = held.has("SYS_ADMIN") ? "CAP_SYS_ADMIN" : "CAP_BPF and CAP_PERFMON";
  return ok("rights", `${user} has ${names}, which tracing needs`);
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
            "the kernel has no uprobe_multi links: detaching takes about 0.1 s per tracepoint",
            NEWER,
          )
        : problem(
            "attaching",
            "the kernel has no uprobe_multi links; the older method needs CAP_SYS_ADMIN",
            `${NEWER}, or run corelens with sudo`,
          );
  const paging = sleepable
    ? ok("memory", "programs can read memory that is paged out")
    : warning(
        "memory",
        "programs cannot read memory that is paged out; such fields are shown as unreadable",
        NEWER,
      );
  return [attaching, paging];
}

function tryRing(): DoctorFinding[] {
  closeDescriptor(createRingBuffer("corelens_try", pageSize()));
  return [ok("ring buffer", "all tracepoints share one ring buffer, which keeps events in order")];
}

/** Whether the kernel measures the cost of tracing. Tracing works without it. */
function tryRunTime(): DoctorFinding {
  try {
    closeDescriptor(enableRunTime());
    return ok("cost", "the kernel measures the cost of tracing to the node");
  } catch (error) {
    if (!(error instanceof CorelensError)) throw error;
    return warning(
      "cost",
      "the cost of tracing to the node is unknown: measuring it needs CAP_SYS_ADMIN",
      "run corelens with sudo to see the cost",
    );
  }
}
