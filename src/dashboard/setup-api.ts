import type { FastifyInstance } from "fastify";
import { type DoctorSection, failed, ok } from "../doctor/finding.ts";
import { CorelensError, ERRORS, type ErrorCode } from "../errors.ts";
import type { Status } from "../model/status.ts";
import type { SetupReport } from "./protocol/setup.ts";

/** Examines the machine as `corelens doctor` does. */
export type Examine = () => Promise<DoctorSection[]>;

/** Pages ask repeatedly; findings are reused for this long. */
const FRESH_MS = 2000;

/**
 * What tracing needs, and which of it is present: the findings of `corelens doctor`.
 * @param status the status of the live subject
 * @param examine null where another process traces and sees more
 */
export function addSetup(
  api: FastifyInstance,
  status: () => Pick<Status, "obstacle" | "stream">,
  examine: Examine | null,
): void {
  let sections: Promise<DoctorSection[]> | null = null;
  let asked = 0;
  api.get(
    "/api/setup",
    { schema: { summary: "What tracing needs, and which of it is present" } },
    async (): Promise<SetupReport> => {
      if (examine === null) return { sections: sectionsOf(status()) };
      if (sections === null || performance.now() - asked > FRESH_MS) {
        asked = performance.now();
        sections = examine();
      }
      return { sections: await sections };
    },
  );
}

/** Findings from what the tracing process reported. */
function sectionsOf({ obstacle, stream }: Pick<Status, "obstacle" | "stream">): DoctorSection[] {
  const machine = obstacle
    ? failed("rights", errorOf(obstacle))
    : ok("rights", "corelens has the privileges that tracing needs");
  const { state, error } = stream;
  const node =
    state === "attached"
      ? ok("search", "a node is traced")
      : failed(
          "search",
          errorOf(error ?? { code: "NODE_NOT_FOUND", message: "no node is traced" }),
        );
  const nodes = obstacle ? [] : [{ title: "Nodes", findings: [node] }];
  return [{ title: "This machine", findings: [machine] }, ...nodes];
}

function errorOf(reason: {
  readonly code: string;
  readonly message: string;
  readonly cure?: string;
}): CorelensError {
  const code = (reason.code in ERRORS ? reason.code : "NODE_NOT_FOUND") as ErrorCode;
  return new CorelensError(code, reason.message, reason.cure);
}
