import { obstacleAt, unreadableOf } from "../../contract/readable.ts";
import { fieldsOf, without } from "../../query/condition.ts";
import type { Site, UnreadableField } from "../../tracer/attachment.ts";
import type { FilterPlan } from "../../tracer/filter-plan.ts";
import type { Certainty } from "../../tracer/program.ts";
import { attachable } from "./attachable.ts";
import type { ChosenTracepoint } from "./selection.ts";

/** The sites of a tracepoint where the same arguments of a query are unreadable. */
export interface SiteGroup {
  readonly sites: readonly Site[];
  /** The indices of these arguments. */
  readonly unknown: readonly number[];
}

/** Groups a tracepoint's sites by the arguments that a query can read there; one group without a query. */
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

/** The part of a query that is decidable although these arguments are unknown; null if all are known. */
export function certaintyOf(
  plan: FilterPlan | null,
  unknown: readonly number[],
  otherwise: Certainty["otherwise"],
): Certainty | null {
  if (unknown.length === 0 || !plan?.condition) return null;
  return { condition: without(plan.condition, new Set(unknown)), otherwise };
}

/** The fields of the selection or the query that are unreadable at some site. */
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
