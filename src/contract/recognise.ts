import type { Argument } from "../usdt/argument.ts";
import { type Probe, probeName } from "../usdt/probe.ts";
import { TRACEPOINTS } from "./contract.ts";
import { mergeLayouts } from "./merge.ts";
import { ownTracepoint } from "./own-contract.ts";
import { unreadableOf, unreadableText } from "./readable.ts";
import {
  candidateLayouts,
  possibleReleases,
  type ReleaseRange,
  rangeOf,
  type SitesByName,
} from "./release.ts";
import { fits } from "./shape.ts";
import type { Field } from "./types.ts";

/** The release and the tracepoints of a binary. */
export interface Recognition {
  /** The possible releases; null when none fits. Units that differ between releases are then unknown. */
  readonly releases: ReleaseRange | null;
  /** One for each name, in the order of their first probe. */
  readonly tracepoints: readonly RecognisedTracepoint[];
}

export interface RecognisedTracepoint {
  /** `context:event`. */
  readonly name: string;
  /** All its sites, at least one. */
  readonly sites: readonly Probe[];
  /**
   * - `contract`: `fields` are the contract's, for these releases, or those of a contract file.
   * - `drift`: the contract has the name, but not with these arguments; `fields` are arg0, arg1, ...
   * - `unknown`: the contract does not have the name; `fields` are arg0, arg1, ...
   */
  readonly status: "contract" | "drift" | "unknown";
  /** The arguments in order. Drifted and unknown tracepoints have only the arguments that all sites pass. */
  readonly fields: readonly Field[];
}

/** The maximum number of a probe's arguments. */
const MAX_ARGUMENTS = 12;

/**
 * Names the arguments of a binary's probes by the contract.
 *
 * An argument gets a contract's name only if it has the width and sign of the field at every site. When several releases
 * fit and differ, the field has what they have in common: `duration` without a unit.
 *
 * @param version the node's major version if known, e.g. 31; it chooses among releases with equal notes
 */
export function recognise(probes: readonly Probe[], version?: number): Recognition {
  const sites = sitesByName(probes);
  const releases = possibleReleases(sites, version);
  return {
    releases: rangeOf(releases),
    tracepoints: [...sites].map(([name, found]) => recogniseTracepoint(name, found, releases)),
  };
}

/** A binary's probes by name. Inlining can give a name several sites. */
export function sitesByName(probes: readonly Probe[]): SitesByName {
  const sites = new Map<string, Probe[]>();
  for (const probe of probes) {
    const name = probeName(probe);
    const known = sites.get(name);
    if (known) known.push(probe);
    else sites.set(name, [probe]);
  }
  return sites;
}

function recogniseTracepoint(
  name: string,
  sites: readonly Probe[],
  releases: readonly number[],
): RecognisedTracepoint {
  const own = ownTracepoint(name);
  if (own) {
    return fits(own, sites)
      ? withObstacles(name, sites, "contract", own.fields)
      : withObstacles(name, sites, "drift", genericFields(sites));
  }
  const tracepoint = TRACEPOINTS.get(name);
  if (!tracepoint) return withObstacles(name, sites, "unknown", genericFields(sites));
  const [layout, ...others] = candidateLayouts(tracepoint, releases).filter((candidate) =>
    fits(candidate, sites),
  );
  if (!layout) return withObstacles(name, sites, "drift", genericFields(sites));
  return withObstacles(name, sites, "contract", mergeLayouts([layout, ...others]));
}

/** Adds the reason to each field that no site can read. */
function withObstacles(
  name: string,
  sites: readonly Probe[],
  status: RecognisedTracepoint["status"],
  fields: readonly Field[],
): RecognisedTracepoint {
  const told = fields.map((field, index) => {
    const unreadable = unreadableOf(field, index, sites);
    if (unreadable === null || unreadable.sites < sites.length) return field;
    return { ...field, unreadable: unreadableText(unreadable) };
  });
  return { name, sites, status, fields: told };
}

function genericFields(sites: readonly Probe[]): Field[] {
  const length = sites.reduce(
    (fewest, site) => Math.min(fewest, site.arguments.length),
    MAX_ARGUMENTS,
  );
  return Array.from({ length }, (_, index) => ({
    name: `arg${index}`,
    ...typeOf(sites.map((site) => site.arguments[index]!)),
    meaning: "Not in the contract.",
  }));
}

const BITS = { 1: 8, 2: 16, 4: 32, 8: 64 } as const;

/** A type that can hold the argument of every site. */
function typeOf(forms: readonly Argument[]): Pick<Field, "type" | "size"> {
  const size = Math.max(...forms.map((form) => form.size ?? 8));
  if (!isInteger(size)) return { type: "words", size };
  if (forms.every((form) => form.kind !== "words" && form.float)) {
    if (size === 8) return { type: "float64" };
    if (size === 4) return { type: "float32" };
  }
  const widest = forms.find((form) => (form.size ?? 8) === size)!;
  return { type: `${widest.signed ? "int" : "uint"}${BITS[size]}` };
}

function isInteger(size: number): size is keyof typeof BITS {
  return Object.hasOwn(BITS, size);
}
