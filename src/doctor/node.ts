import { checkContract } from "../contract/check.ts";
import { isNode } from "../node/process/binary.ts";
import type { ProcessInfo } from "../node/process/process.ts";
import { readSemaphores } from "../node/process/semaphores.ts";
import type { TargetFile } from "../session/attach/target.ts";
import { counted } from "../text/counted.ts";
import { type DoctorFinding, ok, warning } from "./finding.ts";
import { examineRpc } from "./rpc.ts";
import { findTracers, type Tracer } from "./tracers.ts";

/**
 * Findings about a file and the process that runs it.
 * @param process null for a file that is named by its path
 */
export function examineNode(process: ProcessInfo | null, file: TargetFile): DoctorFinding[] {
  if (process === null) return [examineContract(file)];
  const findings = [examineContract(file), examineTracers(process, file)];
  // A program that only declares a node's tracepoints has no RPC server.
  const isNodeItself = isNode(file.binary) && file.inode === process.executable.inode;
  return isNodeItself ? [...findings, examineRpc(process.pid)] : findings;
}

function examineContract({ binary }: TargetFile): DoctorFinding {
  if (!isNode(binary)) {
    return ok("contract", "not a Bitcoin Core node: fields are named arg0, arg1, …");
  }
  const drift = checkContract(binary.probes, binary.coreVersion).filter(
    ({ severity }) => severity === "drift",
  );
  if (drift.length === 0) return ok("contract", "all tracepoints match the contract");
  return warning(
    "contract",
    `${counted(drift.length, "difference")} from the contract; fields that differ are named arg0, arg1, …`,
    `list them with \`corelens check ${binary.path}\``,
  );
}

function examineTracers(process: ProcessInfo, { binary }: TargetFile): DoctorFinding {
  const TOPIC = "tracers";
  if (binary.probes.every(({ semaphoreOffset }) => semaphoreOffset === null)) {
    return ok(TOPIC, "the tracepoints have no semaphores; other tracers cannot be detected");
  }
  const values = readSemaphores(process.pid, binary.path, binary.probes);
  if (values === null) {
    return warning(
      TOPIC,
      "no permission to read the semaphores; other tracers cannot be detected",
      "run corelens with sudo to detect other tracers",
    );
  }
  const raised = [...values.values()].filter((value) => value > 0).length;
  if (raised === 0)
    return ok(TOPIC, `${values.size} semaphores, all 0: this process is not traced`);
  return ok(
    TOPIC,
    `${raised} of ${values.size} semaphores raised${namesOf(findTracers())}; tracers can run side by side`,
  );
}

function namesOf(tracers: readonly Tracer[]): string {
  if (tracers.length === 0) return "";
  return `; processes with probe programs: ${tracers.map(({ name, pid }) => `${name} (pid ${pid})`).join(", ")}`;
}
