import type { FastifyInstance } from "fastify";
import { type DoctorSection, ok, refused } from "../doctor/finding.ts";
import { CorelensError, ERRORS, type ErrorCode } from "../errors.ts";
import type { Status } from "../model/node-model.ts";

/** Looks at the machine as `corelens doctor` does. */
export type Examine = () => Promise<DoctorSection[]>;

/** Pages ask again and again; the machine is looked at no more often than this. */
const FRESH_MS = 2000;

/**
 * What tracing needs, and what of it is there: the findings of `corelens doctor`.
 * @param status of what is live
 * @param examine null where this process sees less than the one that traces
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
    { schema: { summary: "What tracing needs, and what of it is there" } },
    async () => {
      if (examine === null) return { sections: told(status()) };
      if (sections === null || performance.now() - asked > FRESH_MS) {
        asked = performance.now();
        sections = examine();
      }
      return { sections: await sections };
    },
  );
}

/** What the process that traces said. */
function told({ obstacle, stream }: Pick<Status, "obstacle" | "stream">): DoctorSection[] {
  const machine = obstacle
    ? refused("rights", errorOf(obstacle))
    : ok("rights", "corelens has the rights that tracing needs");
  const { state, trouble } = stream;
  const node =
    state === "attached"
      ? ok("search", "a node is traced")
      : refused(
          "search",
          errorOf(trouble ?? { code: "NODE_NOT_FOUND", message: "no node is traced" }),
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
