import { ERRORS } from "../errors.ts";
import { isTraceable } from "../kernel/platform.ts";
import { isNode } from "../node/process/binary.ts";
import { binaryTitle } from "../node/process/binary-title.ts";
import { findNodes } from "../node/process/find-nodes.ts";
import { nodeNotFound } from "../node/process/hidden-nodes.ts";
import { processTitle } from "../node/process/process.ts";
import { resolveTarget, type Target, type TargetSpec } from "../session/attach/target.ts";
import { attempt, type DoctorFinding, type DoctorSection, failed, ok, warning } from "./finding.ts";
import { examineMachine } from "./machine.ts";
import { examineNode } from "./node.ts";

/**
 * Examines everything that tracing needs: this machine, then the target. Every failure becomes a finding, so that one
 * problem does not hide the next.
 */
export async function examine(spec: TargetSpec): Promise<DoctorSection[]> {
  // The kernel checks load native code, which exists on supported platforms only.
  const kernel = isTraceable ? await import("./kernel.ts") : null;
  const rights = kernel?.examineKernel() ?? [];
  const machine = { title: "This machine", findings: [...examineMachine(), ...rights] };
  if (!isTraceable) return [machine];

  const { targets, findings } = findTargets(spec);
  const canAttach = rights.every(({ status }) => status !== "problem");
  const trial = canAttach ? await import("./trial.ts") : null;
  const nodes = targets.flatMap(({ process, files }) =>
    files.map((file) => ({
      title: process === null ? file.binary.path : `${processTitle(process)}, ${file.binary.path}`,
      findings: [
        ok("file", binaryTitle(file.binary)),
        ...examineNode(process, file),
        ...(trial === null ? [] : attempt("trial", () => trial.examineTrial(file))),
      ],
    })),
  );
  const search = findings.length > 0 ? [{ title: "Nodes", findings }] : [];
  return [machine, ...search, ...nodes];
}

interface FoundTargets {
  readonly targets: readonly Target[];
  readonly findings: readonly DoctorFinding[];
}

function findTargets(spec: TargetSpec): FoundTargets {
  const targets: Target[] = [];
  const examineTarget = (pidOrPath: TargetSpec) =>
    attempt("target", () => {
      targets.push(nodeFiles(resolveTarget(pidOrPath)));
      return [];
    });
  if (spec.kind !== "search") return { findings: examineTarget(spec), targets };

  const nodes = findNodes().map(({ process }) => process);
  const findings = nodes.flatMap(({ pid }) => examineTarget({ kind: "pid", pid }));
  return { findings: [...examineSearch(nodes.map(processTitle)), ...findings], targets };
}

/** A node's own files; for another program, all files that have tracepoints. */
function nodeFiles(target: Target): Target {
  const files = target.files.filter(({ binary }) => isNode(binary));
  return files.length > 0 ? { ...target, files } : target;
}

function examineSearch(nodes: readonly string[]): DoctorFinding[] {
  if (nodes.length === 1) return [];
  if (nodes.length === 0) return [failed("search", nodeNotFound())];
  const { cure } = ERRORS.NODE_AMBIGUOUS;
  return [warning("search", `several nodes are running: ${nodes.join(", ")}`, cure)];
}
