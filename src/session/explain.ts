import type { FilterPlan } from "../tracer/filter-plan.ts";
import { compileProgram, type SiteCode } from "../tracer/program.ts";
import { layOut } from "../tracer/record-layout.ts";
import { deliver } from "../tracer/record-writer.ts";
import { attachable, checkAttachable } from "./attachable.ts";
import type { EventRequest } from "./delivery.ts";
import { Filter } from "./filter.ts";
import { type ChosenTracepoint, checkSelection, select } from "./selection.ts";
import { filesFor, parseTarget, resolveTarget } from "./target.ts";

/** What tracing would do at a tracepoint. */
export type Explanation =
  | {
      readonly name: string;
      /** Parts of the query that programs test, and those that the reader tests afterwards. */
      readonly inKernel: readonly string[];
      readonly inReader: readonly string[];
      readonly sites: readonly SiteInstructions[];
    }
  /** It is not traced, because it lacks a field that the query names. */
  | { readonly name: string; readonly lacking: string };

/** Instructions of the program for a site. */
export interface SiteInstructions {
  readonly filter: number;
  /** With the filter. */
  readonly program: number;
}

/**
 * What a request would do, tracepoint by tracepoint. Nothing is attached or loaded; no rights are needed beyond
 * reading the target's binary.
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
    const { name } = filtering.chosen.tracepoint;
    if ("lacking" in filtering) return { name, lacking: filtering.lacking };
    const { inKernel = [], inReader = { texts: [] } } = filtering.plan ?? {};
    return {
      name,
      inKernel,
      inReader: inReader.texts,
      sites: sitesOf(filtering.chosen, filtering.plan),
    };
  });
}

function sitesOf(
  { tracepoint, fields, wanted }: ChosenTracepoint,
  plan: FilterPlan | null,
): SiteInstructions[] {
  const layout = layOut(0, tracepoint.name, fields, wanted, plan?.inReader);
  const action = deliver(layout, TARGET);
  const instructions = (site: SiteCode) => compileProgram([site], TARGET).length / 8;
  return tracepoint.sites.flatMap(attachable).map((site) => {
    const program = instructions({ ...site, action, condition: plan?.condition ?? null });
    return { program, filter: program - instructions({ ...site, action }) };
  });
}

/** As programs are on a recent kernel; which maps they use makes no difference. */
const TARGET = { ring: 0, shared: 0, turn: 0, sleepable: true, pidNamespace: null } as const;
