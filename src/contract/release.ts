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
 * Finds the possible releases of a binary from its notes, without a version string:
 *
 * | release | tracepoints | what else changed in the notes |
 * |---|---|---|
 * | 23 | 7 | |
 * | 24 | 11 | coin_selection |
 * | 25 | 15 | mempool; block_connected's duration 8@ instead of -8@ |
 * | 26-28 | 15 | virtual sizes -4@ instead of 8@ |
 * | 29- | 20 | connections; semaphores; 8 arguments of mempool:replaced; the duration -8@ again |
 *
 * Each release is compared with the whole binary. A contradiction is an additional or missing tracepoint, one of another
 * shape, or an additional or missing semaphore. The releases with the fewest contradictions fit, so one changed tracepoint
 * does not prevent the recognition of the others. No release fits when most tracepoints contradict it, or when a
 * tracepoint has a layout that is in no release: a development branch can use an older unit with the same shape.
 */

/** A binary's probe sites by `context:event`. */
export type SitesByName = ReadonlyMap<string, readonly Probe[]>;

/** A range of releases, both ends included. `until` is null for the last known release and all later ones. */
export interface ReleaseRange {
  readonly since: number;
  readonly until: number | null;
}

/**
 * Returns the releases that fit, oldest first; none if no release fits.
 *
 * @param version the node's major version if known. It chooses among releases with equal notes, and is ignored when the
 *   notes contradict it.
 */
export function possibleReleases(sites: SitesByName, version?: number): readonly number[] {
  const evidence = releasesByEvidence(sites);
  const stated = version === undefined ? undefined : knownRelease(version);
  if (stated !== undefined && (evidence.length === 0 || evidence.includes(stated))) return [stated];
  return evidence;
}

/** The release with the layouts of a version; undefined for versions without tracepoints. */
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
 * Returns the possible layouts of a tracepoint in a binary of these releases: those of the releases, and variants in no
 * release. If these releases do not have the tracepoint, returns all its layouts: it can be ported from another release.
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

/** The tracepoints of a release, without an optional context that the build lacks completely. */
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

/** Whether a tracepoint has a layout here that is in no release, only in a variant. */
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
