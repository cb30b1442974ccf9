import type { Probe } from "../usdt/probe.ts";
import {
  contextOf,
  isLayoutOf,
  OPTIONAL_CONTEXTS,
  RELEASES,
  SEMAPHORES_SINCE,
  TRACEPOINTS,
} from "./contract.ts";
import { fits } from "./shape.ts";
import type { Layout, Tracepoint } from "./types.ts";

/*
 * Which releases can a binary be of? Its notes say, without a version string:
 *
 * | release | tracepoints | what else changed in the notes |
 * |---|---|---|
 * | 23 | 7 | |
 * | 24 | 11 | coin_selection |
 * | 25 | 15 | mempool; block_connected's duration 8@ instead of -8@ |
 * | 26-28 | 15 | virtual sizes -4@ instead of 8@ |
 * | 29- | 20 | connections; semaphores; 8 arguments of mempool:replaced; the duration -8@ again |
 *
 * Each release is held against the whole binary and its contradictions are counted: a tracepoint too many, too few
 * or of another shape, and semaphores that should not or should be there. The releases with the fewest are the
 * answer, so that one changed tracepoint does not hide what the others are. No release is the answer when most of
 * its tracepoints contradict it, or when a tracepoint has a form that no release ever had: a development branch can
 * have an older unit behind the same shape.
 */

/** A binary's probe sites by `context:event`. */
export type SitesByName = ReadonlyMap<string, readonly Probe[]>;

/** From a release to a release, both included; `until` is null when the last known release and all later ones fit. */
export interface ReleaseRange {
  readonly since: number;
  readonly until: number | null;
}

/**
 * The releases that fit, oldest first; empty when none does.
 *
 * @param version the node's major version where it is known. It chooses among releases that the notes cannot tell
 *   apart, and is ignored when they contradict it.
 */
export function possibleReleases(sites: SitesByName, version?: number): readonly number[] {
  const evidence = releasesByEvidence(sites);
  const stated = version === undefined ? undefined : knownRelease(version);
  if (stated !== undefined && (evidence.length === 0 || evidence.includes(stated))) return [stated];
  return evidence;
}

/** The release whose layouts a version has; undefined for versions before the first tracepoints. */
export function knownRelease(version: number): number | undefined {
  return RELEASES.findLast((release) => release <= version);
}

export function rangeOf(releases: readonly number[]): ReleaseRange | null {
  const [since, until] = [releases[0], releases.at(-1)];
  if (since === undefined || until === undefined) return null;
  return { since, until: until === RELEASES.at(-1) ? null : until };
}

/** `v29 or later`, `v26 to v28`, `v25`. */
export function rangeText({ since, until }: ReleaseRange): string {
  if (until === null) return `v${since} or later`;
  return since === until ? `v${since}` : `v${since} to v${until}`;
}

/**
 * The layouts that a tracepoint of a binary of these releases can have: theirs, and the variants of no release.
 * All of its layouts, when they have none: it was ported from another release, or nothing is known of this one.
 */
export function candidateLayouts(
  tracepoint: Tracepoint,
  releases: readonly number[],
): readonly Layout[] {
  const current = tracepoint.layouts.filter((layout) =>
    releases.some((release) => isLayoutOf(layout, release)),
  );
  if (current.length === 0) return tracepoint.layouts;
  return [...current, ...tracepoint.layouts.filter((layout) => layout.since === null)];
}

/** The tracepoints a build of this release has, without those of an optional context that this one has nothing of. */
export function expectedTracepoints(release: number, sites: SitesByName): string[] {
  const contexts = new Set([...sites.keys()].map(contextOf));
  return [...TRACEPOINTS]
    .filter(([, tracepoint]) => hasTracepoint(release, tracepoint))
    .map(([name]) => name)
    .filter((name) => !OPTIONAL_CONTEXTS.has(contextOf(name)) || contexts.has(contextOf(name)));
}

/** Whether a release has a tracepoint. */
export function hasTracepoint(release: number, tracepoint: Tracepoint): boolean {
  return tracepoint.layouts.some((layout) => isLayoutOf(layout, release));
}

function releasesByEvidence(sites: SitesByName): number[] {
  const fitting = fittingLayouts(sites);
  if (isDevelopmentBranch(sites, fitting)) return [];
  const plausible = RELEASES.map((release) => ({
    release,
    contradictions: contradictions(release, sites, fitting),
    expected: expectedTracepoints(release, sites).length,
  })).filter(({ contradictions, expected }) => contradictions * 2 < expected);
  const fewest = Math.min(...plausible.map(({ contradictions }) => contradictions));
  return plausible
    .filter(({ contradictions }) => contradictions === fewest)
    .map(({ release }) => release);
}

/** All layouts that the sites of their tracepoint can have. */
function fittingLayouts(sites: SitesByName): ReadonlySet<Layout> {
  const found = [...TRACEPOINTS].flatMap(([name, { layouts }]) => {
    const probes = sites.get(name);
    return probes === undefined ? [] : layouts.filter((layout) => fits(layout, probes));
  });
  return new Set(found);
}

function contradictions(release: number, sites: SitesByName, fitting: ReadonlySet<Layout>): number {
  const expected = new Set(expectedTracepoints(release, sites));
  const wrong = [...TRACEPOINTS].filter(([name, { layouts }]) => {
    const found = sites.get(name);
    if (!expected.has(name)) return found !== undefined && isReleased(layouts);
    return (
      found === undefined ||
      !layouts.some((layout) => isLayoutOf(layout, release) && fitting.has(layout))
    );
  });
  const gates = [...sites]
    .filter(([name]) => TRACEPOINTS.has(name))
    .flatMap(([, probes]) => probes.map((probe) => probe.semaphore !== 0));
  return wrong.length + (gates.includes(release < SEMAPHORES_SINCE) ? 1 : 0);
}

/** Whether a tracepoint of some release has a form here that only a variant has. */
function isDevelopmentBranch(sites: SitesByName, fitting: ReadonlySet<Layout>): boolean {
  return [...TRACEPOINTS].some(([name, { layouts }]) => {
    if (!sites.has(name) || !isReleased(layouts)) return false;
    const candidates = layouts.filter((layout) => fitting.has(layout));
    return candidates.length > 0 && !isReleased(candidates);
  });
}

function isReleased(layouts: readonly Layout[]): boolean {
  return layouts.some((layout) => layout.since !== null);
}
