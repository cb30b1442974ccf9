import { CorelensError } from "../errors.ts";

/** One fact about this machine and what it means for tracing. It is JSON as it is. */
export interface DoctorFinding {
  /** `warning`: tracing works, but not all of it or not as well. `problem`: tracing does not work. */
  readonly status: "ok" | "warning" | "problem";
  /** The subject: `rights`. */
  readonly topic: string;
  /** The fact, and what it means. */
  readonly message: string;
  /** What to do about it; null when nothing is wrong. */
  readonly cure: string | null;
}

/** Findings about one thing: the machine, or a node. */
export interface DoctorSection {
  readonly title: string;
  readonly findings: readonly DoctorFinding[];
}

export function ok(topic: string, message: string): DoctorFinding {
  return { status: "ok", topic, message, cure: null };
}

export function warning(topic: string, message: string, cure: string): DoctorFinding {
  return { status: "warning", topic, message, cure };
}

export function problem(topic: string, message: string, cure: string): DoctorFinding {
  return { status: "problem", topic, message, cure };
}

export function works(sections: readonly DoctorSection[]): boolean {
  return sections.every(({ findings }) => findings.every(({ status }) => status !== "problem"));
}

/** A refusal as a finding. */
export function refused(topic: string, { code, message, cure }: CorelensError): DoctorFinding {
  return problem(topic, `${code}: ${message}`, cure);
}

/** What an examination finds; when it fails, that is the finding. */
export function attempt(topic: string, examination: () => DoctorFinding[]): DoctorFinding[] {
  try {
    return examination();
  } catch (error) {
    if (!(error instanceof CorelensError)) throw error;
    return [refused(topic, error)];
  }
}
