import { obstacleAt, unreadableOf } from "../../contract/readable.ts";
import { fieldsOf, without } from "../../query/condition.ts";
import type { Site, UnreadableField } from "../../tracer/attachment.ts";
import type { FilterPlan } from "../../tracer/filter-plan.ts";
import type { Certainty } from "../../tracer/program.ts";
import { attachable } from "./attachable.ts";
import type { ChosenTracepoint } from "./selection.ts";

/** Sites of a tracepoint at which the same arguments of a query cannot be read. */
export interface SiteGroup {
  readonly sites: readonly Site[];
  /** Indices of these arguments. */
  readonly unknown: readonly number[];
}

/** A tracepoint's sites by what a query can know there; one group when there is no query. */
export function siteGroups(
  { tracepoint, fields }: ChosenTracepoint,
  plan: FilterPlan | null,
): SiteGroup[] {
  const asked = argumentsOf(plan);
  const groups = new Map<string, { sites: Site[]; unknown: number[] }>();
  for (const probe of tracepoint.sites) {
    const unknown = asked.filter((index) => obstacleAt(fields[index]!, index, probe) !== null);
    const group = groups.get(unknown.join()) ?? { sites: [], unknown };
    group.sites.push(...attachable(probe));
    groups.set(unknown.join(), group);
  }
  return [...groups.values()];
}

/** What a query has to be certain of at sites where these arguments are unknown; null where it can know them all. */
export function certaintyOf(
  plan: FilterPlan | null,
  unknown: readonly number[],
  otherwise: Certainty["otherwise"],
): Certainty | null {
  if (unknown.length === 0 || !plan?.condition) return null;
  return { condition: without(plan.condition, new Set(unknown)), otherwise };
}

/** Which of the fields that are read or asked for cannot be read at some site. */
export function unreadableFields(
  { tracepoint, fields, wanted }: ChosenTracepoint,
  plan: FilterPlan | null,
): UnreadableField[] {
  const asked = new Set(argumentsOf(plan));
  const sites = tracepoint.sites.filter((probe) => attachable(probe).length > 0);
  return fields.flatMap((field, index) => {
    if (!wanted.has(field.name) && !asked.has(index)) return [];
    const unreadable = unreadableOf(field, index, sites);
    return unreadable === null ? [] : { field: field.name, ...unreadable, of: sites.length };
  });
}

function argumentsOf(plan: FilterPlan | null): number[] {
  if (plan === null) return [];
  const inKernel = plan.condition === null ? [] : fieldsOf(plan.condition);
  const all = [...inKernel.flatMap(({ argument }) => argument ?? []), ...plan.inReader.arguments];
  return [...new Set(all)].toSorted((a, b) => a - b);
}
