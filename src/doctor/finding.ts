import { CorelensError } from "../errors.ts";

/** One fact about this machine and its effect on tracing. `doctor --json` prints it unchanged. */
export interface DoctorFinding {
  /** `warning`: tracing works with a restriction. `problem`: tracing does not work. */
  readonly status: "ok" | "warning" | "problem";
  /** The subject: `rights`. */
  readonly topic: string;
  /** The fact and its effect. */
  readonly message: string;
  /** The next step for the user; null when nothing is wrong. */
  readonly cure: string | null;
}

/** Findings about one subject: the machine or a node. */
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

/** An error as a finding. */
export function failed(topic: string, { code, message, cure }: CorelensError): DoctorFinding {
  return problem(topic, `${code}: ${message}`, cure);
}

/** The findings of an examination. An error of the examination is a finding too. */
export function attempt(topic: string, examination: () => DoctorFinding[]): DoctorFinding[] {
  try {
    return examination();
  } catch (error) {
    if (!(error instanceof CorelensError)) throw error;
    return [failed(topic, error)];
  }
}
