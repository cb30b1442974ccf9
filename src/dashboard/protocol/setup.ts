import type { DoctorSection } from "../../doctor/finding.ts";

export type { DoctorFinding, DoctorSection } from "../../doctor/finding.ts";

/** The answer of `/api/setup`: what tracing needs, and which of it is present. */
export interface SetupReport {
  readonly sections: readonly DoctorSection[];
}
