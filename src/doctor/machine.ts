import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { arch, platform, stdout, versions } from "node:process";
import { ERRORS } from "../errors.ts";
import { isTraceable } from "../kernel/platform.ts";
import { type DoctorFinding, ok, problem, warning } from "./finding.ts";

/** Findings about this machine that only read files. */
export function examineMachine(): DoctorFinding[] {
  const anywhere = [
    examineSystem(),
    examineRuntime(versions.node),
    examineTerminal(stdout.isTTY ? stdout.columns : null),
  ];
  if (!isTraceable) return anywhere;
  return [
    ...anywhere,
    examineTypes(existsSync("/sys/kernel/btf/vmlinux")),
    examineParanoia(readSetting("/proc/sys/kernel/perf_event_paranoid")),
    examineUnprivilegedBpf(readSetting("/proc/sys/kernel/unprivileged_bpf_disabled")),
    examineLockdown(readSetting("/sys/kernel/security/lockdown")),
  ];
}

function examineSystem(): DoctorFinding {
  const { meaning, cure } = ERRORS.PLATFORM_UNSUPPORTED;
  return isTraceable
    ? ok("system", `Linux ${release()} on ${arch}`)
    : problem("system", `${platform} on ${arch}: ${meaning}`, cure);
}

/** The oldest release of Node that package.json allows. */
const OLDEST_NODE = [20, 19] as const;

export function examineRuntime(version: string): DoctorFinding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  const wanted = OLDEST_NODE.join(".");
  return isOld
    ? warning(
        "node.js",
        `${version}: corelens is tested with ${wanted} and later`,
        `install Node.js ${wanted} or later`,
      )
    : ok("node.js", version);
}

/** @param columns null when standard output is not a terminal */
export function examineTerminal(columns: number | null): DoctorFinding {
  return ok(
    "terminal",
    columns === null ? "standard output is not a terminal: no colours" : `${columns} columns`,
  );
}

function examineTypes(hasTypes: boolean): DoctorFinding {
  return ok(
    "types",
    hasTypes
      ? "the kernel provides type information (BTF); corelens does not need it"
      : "the kernel provides no type information (BTF); corelens does not need it",
  );
}

export function examineParanoia(value: string | null): DoctorFinding {
  return ok(
    "perf events",
    value === null
      ? "kernel.perf_event_paranoid cannot be read; CAP_PERFMON overrides it"
      : `kernel.perf_event_paranoid is ${value}; CAP_PERFMON overrides it`,
  );
}

export function examineUnprivilegedBpf(value: string | null): DoctorFinding {
  if (value !== "0") {
    return ok("bpf", "kernel.unprivileged_bpf_disabled restricts eBPF to users with CAP_BPF");
  }
  return warning(
    "bpf",
    "kernel.unprivileged_bpf_disabled is 0: every user can load some eBPF programs; corelens does not need this",
    "to restrict eBPF, run `sysctl kernel.unprivileged_bpf_disabled=2`",
  );
}

/** `none [integrity] confidentiality`: the active level is in brackets. */
export function examineLockdown(text: string | null): DoctorFinding {
  const level = /\[(\w+)\]/.exec(text ?? "")?.[1] ?? "none";
  if (level !== "confidentiality") return ok("lockdown", `${level}: tracing is not restricted`);
  return warning(
    "lockdown",
    "confidentiality: the kernel may refuse to load tracing programs; see the trial below",
    "if the trial fails, boot with lockdown=integrity",
  );
}

function readSetting(path: string): string | null {
  try {
    return readFileSync(path, "ascii").trim();
  } catch {
    return null;
  }
}
