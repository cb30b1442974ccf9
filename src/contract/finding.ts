/** A difference between a binary and the contract, ready for JSON. */
export interface Finding {
  readonly kind: FindingKind;
  /** A `drift` breaks programs written for the contract; a `note` does not. */
  readonly severity: "drift" | "note";
  /** `context:event`; null when the finding is about the whole binary. */
  readonly tracepoint: string | null;
  /** Address of the probe site in its note; null when the finding is not about one site. */
  readonly location: number | null;
  /** The argument's place counted from 1, as in Bitcoin Core's documentation; null when it is not about one. */
  readonly argument: number | null;
  /** The contract's layout, e.g. `vsize: int32 (-4@)`. */
  readonly expected: string | null;
  /** The binary's argument, e.g. `8@%rax`. */
  readonly found: string | null;
}

export type FindingKind = keyof typeof KINDS;

const KINDS = {
  unrecognised: ["drift", "is like no release"],
  "other-version": ["note", "is not like the version it states"],
  missing: ["drift", "is missing"],
  "left-out": ["note", "is not part of this build"],
  unknown: ["note", "is not in the contract"],
  "other-release": ["note", "comes from another release"],
  variant: ["note", "has a form that no release has"],
  "argument-count": ["drift", "has another number of arguments"],
  "argument-width": ["drift", "has another width"],
  "argument-sign": ["drift", "has another sign"],
  "argument-type": ["drift", "has another type"],
  unreadable: ["drift", "cannot be read"],
  "unreadable-other": ["note", "cannot be read"],
  "no-semaphore": ["drift", "has no semaphore"],
  "five-byte-nop": ["note", "is a five-byte nop, which is unsafe to trace from Linux 6.18 on"],
} as const satisfies Record<string, readonly [severity: Finding["severity"], text: string]>;

type About = Partial<Omit<Finding, "kind" | "severity">>;

export function finding(kind: FindingKind, about: About): Finding {
  return {
    kind,
    severity: KINDS[kind][0],
    tracepoint: null,
    location: null,
    argument: null,
    expected: null,
    found: null,
    ...about,
  };
}

/** A finding in words: `mempool:added argument 2 has another width: expected vsize: int32 (-4@), found 8@%rax`. */
export function findingText(finding: Finding): string {
  const argument = finding.argument === null ? "" : ` argument ${finding.argument}`;
  const site = finding.location === null ? "" : ` at 0x${finding.location.toString(16)}`;
  const contrast = [
    ...(finding.expected === null ? [] : [`expected ${finding.expected}`]),
    ...(finding.found === null ? [] : [`found ${finding.found}`]),
  ].join(", ");
  const subject = `${finding.tracepoint ?? "the binary"}${argument}${site}`;
  return `${subject} ${KINDS[finding.kind][1]}${contrast && `: ${contrast}`}`;
}
