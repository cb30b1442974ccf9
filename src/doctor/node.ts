import { checkContract } from "../contract/check.ts";
import { isNode } from "../node/process/binary.ts";
import type { ProcessInfo } from "../node/process/process.ts";
import { readSemaphores } from "../node/process/semaphores.ts";
import type { TargetFile } from "../session/attach/target.ts";
import { counted } from "../text/counted.ts";
import { type DoctorFinding, ok, warning } from "./finding.ts";
import { examineRpc } from "./rpc.ts";
import { findTracers, type Tracer } from "./tracers.ts";

/** What a file and the process that runs it are like; null for a file that was named by its path. */
export function examineNode(process: ProcessInfo | null, file: TargetFile): DoctorFinding[] {
  if (process === null) return [examineContract(file)];
  const findings = [examineContract(file), examineTracers(process, file)];
  // A program that only declares a node's tracepoints has no RPC server.
  const isItself = isNode(file.binary) && file.inode === process.executable.inode;
  return isItself ? [...findings, examineRpc(process.pid)] : findings;
}

function examineContract({ binary }: TargetFile): DoctorFinding {
  if (!isNode(binary)) {
    return ok("contract", "this is no Bitcoin Core node: its arguments are arg0, arg1, …");
  }
  const drift = checkContract(binary.probes, binary.coreVersion).filter(
    ({ severity }) => severity === "drift",
  );
  if (drift.length === 0) return ok("contract", "all tracepoints are as the contract has them");
  return warning(
    "contract",
    `${counted(drift.length, "difference")} from the contract: what differs has arguments arg0, arg1, …`,
    `see them with \`corelens check ${binary.path}\``,
  );
}

function examineTracers(process: ProcessInfo, { binary }: TargetFile): DoctorFinding {
  const TOPIC = "tracers";
  if (binary.probes.every(({ semaphoreOffset }) => semaphoreOffset === null)) {
    return ok(TOPIC, "the tracepoints have no semaphores: whether others trace cannot be seen");
  }
  const values = readSemaphores(process.pid, binary.path, binary.probes);
  if (values === null) {
    return warning(
      TOPIC,
      "whether others trace this process may not be read",
      "run it with sudo to see it",
    );
  }
  const raised = [...values.values()].filter((value) => value > 0).length;
  if (raised === 0)
    return ok(TOPIC, `${values.size} semaphores, all 0: nobody traces this process`);
  return ok(
    TOPIC,
    `${raised} of ${values.size} semaphores raised${namesOf(findTracers())}; several tracers do not disturb each other`,
  );
}

function namesOf(tracers: readonly Tracer[]): string {
  if (tracers.length === 0) return "";
  return `; programs for probes are held by ${tracers.map(({ name, pid }) => `${name} (pid ${pid})`).join(", ")}`;
}
