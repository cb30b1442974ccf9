import type { UnreadableField } from "../../tracer/attachment.ts";
import type { FilterPlan } from "../../tracer/filter-plan.ts";
import { compileProgram, type SiteCode } from "../../tracer/program.ts";
import { layOut } from "../../tracer/record-layout.ts";
import { countUndecided, deliver } from "../../tracer/record-writer.ts";
import { attachable, checkAttachable } from "./attachable.ts";
import type { EventRequest } from "./delivery.ts";
import { Filter } from "./filter.ts";
import { type ChosenTracepoint, checkSelection, select } from "./selection.ts";
import { certaintyOf, siteGroups, unreadableFields } from "./site-group.ts";
import { filesFor, parseTarget, resolveTarget } from "./target.ts";

/** How a tracepoint would be traced. */
export type Explanation =
  | {
      readonly name: string;
      /** The parts of the query that BPF programs test, and the parts that the reader tests afterwards. */
      readonly inKernel: readonly string[];
      readonly inReader: readonly string[];
      /** Fields that cannot be read at some sites. */
      readonly unreadable: readonly UnreadableField[];
      readonly sites: readonly SiteInstructions[];
    }
  /** Not traced: it lacks a field that the query names, or that field cannot be read. */
  | { readonly name: string; readonly missing: string; readonly reason: string | null };

/** Instruction counts of the program for a site. */
export interface SiteInstructions {
  readonly filter: number;
  /** Includes the filter. */
  readonly program: number;
}

/**
 * Explains a request by tracepoint. It attaches and loads nothing; read access to the target's binary is enough.
 * @throws CorelensError of finding the target, NOT_ATTACHABLE, TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE
 */
export function explain(target: string | undefined, request: EventRequest): Explanation[] {
  const filter = new Filter(request.where, request);
  const files = filesFor(resolveTarget(parseTarget(target)), request.patterns);
  const available = files.flatMap(({ binary }) => binary.recognition.tracepoints);
  checkSelection(available, request);
  const chosen = select(available, request);
  filter.check(chosen);
  for (const { binary } of files) {
    checkAttachable(
      binary,
      select(binary.recognition.tracepoints, request).map(({ tracepoint: { name, sites } }) => ({
        name,
        sites: sites.flatMap(attachable),
      })),
    );
  }
  return filter.apply(chosen).map((filtering) => {
    const { fields, tracepoint } = filtering.chosen;
    const { name } = tracepoint;
    if ("missing" in filtering) {
      const { missing } = filtering;
      const field = fields.find((each) => each.name === missing);
      return { name, missing, reason: field?.unreadable ?? null };
    }
    const { inKernel = [], inReader = { texts: [] } } = filtering.plan ?? {};
    return {
      name,
      inKernel,
      inReader: inReader.texts,
      unreadable: unreadableFields(filtering.chosen, filtering.plan),
      sites: sitesOf(filtering.chosen, filtering.plan),
    };
  });
}

function sitesOf(chosen: ChosenTracepoint, plan: FilterPlan | null): SiteInstructions[] {
  const { tracepoint, fields, wanted } = chosen;
  const layout = layOut(0, tracepoint.name, fields, wanted, plan?.inReader);
  const action = deliver(layout, TARGET);
  const instructions = (site: SiteCode) => compileProgram([site], TARGET).length / 8;
  const condition = plan?.condition ?? null;
  return siteGroups(chosen, plan).flatMap(({ sites, unknown }) => {
    const certainty = certaintyOf(plan, unknown, countUndecided(TARGET.shared, layout.id));
    return sites.map((site) => {
      const program = instructions({ ...site, action, condition, certainty });
      return { program, filter: Math.max(0, program - instructions({ ...site, action })) };
    });
  });
}

/** The features of a recent kernel. The map descriptors do not affect the number of instructions. */
const TARGET = { ring: 0, shared: 0, set: 0, sleepable: true, pidNamespace: null } as const;
