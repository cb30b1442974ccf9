import type { Probe } from "../usdt/probe.ts";
import { isFloat, shapeOf } from "./shape.ts";
import type { Field } from "./types.ts";

/** An argument that cannot be read at some of a tracepoint's sites. */
export interface Unreadable {
  /** Its text in the note, e.g. `8f@%xmm0`. */
  readonly argument: string;
  readonly reason: string;
  /** The number of the tracepoint's sites where it cannot be read. */
  readonly sites: number;
}

/**
 * Returns the reason why a site's argument cannot be read as this field; null when it can, and for machines whose programs
 * cannot be traced.
 */
export function obstacleAt({ type }: Field, index: number, site: Probe): string | null {
  const argument = site.arguments[index];
  if (argument === undefined) return "the site passes no such argument";
  if (argument.kind === "foreign") return null;
  if (argument.kind === "unreadable") return argument.reason;
  if (!isFloat(type)) return null;
  const isSame =
    argument.kind !== "words" && argument.float && argument.size === shapeOf(type).size;
  return isSame ? null : `not passed as a ${type} here`;
}

/** Describes the sites where a field cannot be read, with the argument of the first; null without such sites. */
export function unreadableOf(
  field: Field,
  index: number,
  sites: readonly Probe[],
): Unreadable | null {
  const found = sites.flatMap((site) => {
    const reason = obstacleAt(field, index, site);
    return reason === null ? [] : { argument: site.arguments[index]?.text ?? "", reason };
  });
  const [first] = found;
  return first === undefined ? null : { ...first, sites: found.length };
}

/** `8@%xmm0: %xmm0 is a vector register, which tracers cannot read` */
export function unreadableText({ argument, reason }: Unreadable): string {
  return argument === "" ? reason : `${argument}: ${reason}`;
}
