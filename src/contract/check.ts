import type { Probe } from "../usdt/probe.ts";
import { contextOf, isLayoutOf, SEMAPHORES_SINCE, TRACEPOINTS } from "./contract.ts";
import { type Finding, finding } from "./finding.ts";
import { ownTracepoint } from "./own-contract.ts";
import { sitesByName } from "./recognise.ts";
import {
  candidateLayouts,
  expectedTracepoints,
  hasTracepoint,
  knownRelease,
  possibleReleases,
  rangeOf,
  rangeText,
  type SitesByName,
} from "./release.ts";
import { fits, mismatches, shapeOf, shapeText } from "./shape.ts";
import type { Layout } from "./types.ts";

const CONTEXTS = new Set([...TRACEPOINTS.keys()].map(contextOf));

/**
 * Compares a binary's probes with the contract for the binary's release. The findings about the whole binary come first,
 * then absent tracepoints, then each present tracepoint. For probes outside Bitcoin Core's contexts, the only findings are
 * arguments that cannot be read.
 *
 * @param version the node's major version where it is known, e.g. 31
 */
export function checkContract(probes: readonly Probe[], version?: number): Finding[] {
  const sites = sitesByName(probes);
  const releases = possibleReleases(sites, version);
  return [...checkBinary(sites, releases, version), ...checkTracepoints(sites, releases)];
}

/**
 * Compares a binary's probes with one release, even if they fit another release better.
 *
 * @param version a major version, e.g. 28; for one newer than the contract, the last release
 */
export function checkRelease(probes: readonly Probe[], version: number): Finding[] {
  const release = knownRelease(version);
  return checkTracepoints(sitesByName(probes), release === undefined ? [] : [release]);
}

function checkTracepoints(sites: SitesByName, releases: readonly number[]): Finding[] {
  return [
    ...checkPresence(sites, releases),
    ...checkInstructions(sites),
    ...[...sites].flatMap(([name, found]) => checkTracepoint(name, found, releases)),
  ];
}

function checkBinary(
  sites: SitesByName,
  releases: readonly number[],
  version: number | undefined,
): Finding[] {
  const range = rangeOf(releases);
  if (range === null) {
    const known = [...sites.keys()].filter((name) => TRACEPOINTS.has(name)).length;
    return [
      finding("unrecognised", {
        expected: "the tracepoints of a release",
        found: `${known} of the ${TRACEPOINTS.size} names in the contract`,
      }),
    ];
  }
  const contradicted =
    version !== undefined && releases.every((release) => release !== knownRelease(version));
  return contradicted
    ? [finding("other-version", { expected: `v${version}`, found: rangeText(range) })]
    : [];
}

function checkInstructions(sites: SitesByName): Finding[] {
  return [...sites].flatMap(([tracepoint, found]) =>
    found
      .filter(({ instruction }) => instruction === "nop5")
      .map(({ location }) => finding("five-byte-nop", { tracepoint, location })),
  );
}

/** A tracepoint is absent when all possible releases have it and the binary does not. */
function checkPresence(sites: SitesByName, releases: readonly number[]): Finding[] {
  if (releases.length === 0) return [];
  return [...TRACEPOINTS]
    .filter(([name]) => !sites.has(name))
    .filter(([, tracepoint]) => releases.every((r) => hasTracepoint(r, tracepoint)))
    .map(([name]) => {
      const needed = releases.some((r) => expectedTracepoints(r, sites).includes(name));
      return finding(needed ? "missing" : "left-out", { tracepoint: name });
    });
}

function checkTracepoint(
  name: string,
  sites: readonly Probe[],
  releases: readonly number[],
): Finding[] {
  const own = ownTracepoint(name);
  if (own) {
    const layout: Layout = { since: null, until: null, fields: own.fields };
    return sites.flatMap((site) => checkArguments(name, layout, site));
  }
  const tracepoint = TRACEPOINTS.get(name);
  if (!tracepoint) {
    const unknown = CONTEXTS.has(contextOf(name)) ? [finding("unknown", { tracepoint: name })] : [];
    return [...unknown, ...sites.flatMap((site) => checkReadable("unreadable-other", name, site))];
  }
  const candidates = candidateLayouts(tracepoint, releases);
  const layout = closest(candidates, sites);
  return [
    ...checkOrigin(name, layout, sites, releases),
    ...sites.flatMap((site) => [
      ...checkArguments(name, layout, site),
      ...checkSemaphore(name, site, releases),
    ]),
  ];
}

/** The layout with the fewest contradictions at the sites; the newest of several. */
function closest(layouts: readonly Layout[], sites: readonly Probe[]): Layout {
  const differences = (layout: Layout) =>
    sites.flatMap((site) => mismatches(layout.fields, site)).length;
  return layouts.reduce((best, layout) =>
    differences(layout) <= differences(best) ? layout : best,
  );
}

function checkOrigin(
  name: string,
  layout: Layout,
  sites: readonly Probe[],
  releases: readonly number[],
): Finding[] {
  if (!fits(layout, sites)) return [];
  const { since, until } = layout;
  if (since === null) return [finding("variant", { tracepoint: name, found: layout.note ?? null })];
  if (releases.length === 0 || releases.some((release) => isLayoutOf(layout, release))) return [];
  return [finding("other-release", { tracepoint: name, found: rangeText({ since, until }) })];
}

function checkArguments(name: string, layout: Layout, site: Probe): Finding[] {
  const at = { tracepoint: name, location: site.location };
  const differing = mismatches(layout.fields, site).map((mismatch) => {
    if (mismatch.kind === "argument-count") {
      return finding(mismatch.kind, {
        ...at,
        expected: `${layout.fields.length}`,
        found: `${site.arguments.length}`,
      });
    }
    const { name, type } = layout.fields[mismatch.argument]!;
    return finding(mismatch.kind, {
      ...at,
      argument: mismatch.argument + 1,
      expected: `${name}: ${type} (${shapeText(shapeOf(type, site.wordSize))})`,
      found: site.arguments[mismatch.argument]!.text,
    });
  });
  return [...differing, ...checkReadable("unreadable", name, site)];
}

function checkReadable(
  kind: "unreadable" | "unreadable-other",
  tracepoint: string,
  { location, arguments: arguments_ }: Probe,
): Finding[] {
  return arguments_.flatMap((argument, index) =>
    argument.kind === "unreadable"
      ? finding(kind, {
          tracepoint,
          location,
          argument: index + 1,
          found: `${argument.text} (${argument.reason})`,
        })
      : [],
  );
}

function checkSemaphore(name: string, site: Probe, releases: readonly number[]): Finding[] {
  const gated = releases.length > 0 && releases.every((release) => release >= SEMAPHORES_SINCE);
  if (!gated || site.semaphore !== 0) return [];
  return [finding("no-semaphore", { tracepoint: name, location: site.location })];
}
