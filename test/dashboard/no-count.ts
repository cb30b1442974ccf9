import type { CountCommand } from "../../src/dashboard/protocol/count.ts";

/** A command that counts all events by tracepoint. */
export const NO_COUNT: CountCommand = {
  tracepoints: [],
  where: null,
  by: ["tracepoint"],
  sum: [],
  min: [],
  mean: [],
  max: [],
  histogram: null,
};
