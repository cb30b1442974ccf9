import { TRACEPOINTS } from "../../contract/contract.ts";
import { ERRORS } from "../../errors.ts";
import { STATE_PARTS } from "../../node/state/calls.ts";
import type { Label } from "../label.ts";
import { OTHER } from "../label.ts";
import type { OwnMetric } from "../metric.ts";

const TRACEPOINT: Label = {
  name: "tracepoint",
  meaning: "Bitcoin Core's name of the tracepoint",
  values: [...TRACEPOINTS.keys(), OTHER],
};
const VERSION: Label = { name: "version", meaning: "the version of corelens", values: null };
const CODE: Label = {
  name: "code",
  meaning: "the error's code in errors.md",
  values: Object.keys(ERRORS),
};
/** What an answering node can refuse with. */
const REFUSAL: Label = {
  ...CODE,
  values: Object.keys(ERRORS).filter((code) => /^(RPC|IPC)_/.test(code)),
};
const PART: Label = { name: "part", meaning: "the part of the node's state", values: STATE_PARTS };

const own = { labels: [], from: "own" } as const;

export const OWN_METRICS: readonly OwnMetric[] = [
  {
    ...own,
    name: "corelens_info",
    type: "gauge",
    help: "1, with the version of corelens.",
    labels: [VERSION],
    read: ({ version }, take) => take(1, version),
  },
  {
    ...own,
    name: "corelens_attached",
    type: "gauge",
    help: "1 while programs are attached: to a running node, or to a binary that may start later.",
    read: ({ attached }, take) => take(attached),
  },
  {
    ...own,
    name: "corelens_attached_tracepoints",
    type: "gauge",
    help: "Number of traced tracepoints.",
    read: ({ tracepoints }, take) => take(tracepoints),
  },
  {
    ...own,
    name: "corelens_attachments_total",
    type: "counter",
    help: "How often corelens attached: at the start, after the node's restart, or to a replaced binary.",
    read: ({ attachments }, take) => take(attachments),
  },
  {
    ...own,
    name: "corelens_node_ends_total",
    type: "counter",
    help: "How often the node's process ended.",
    read: ({ ends }, take) => take(ends),
  },
  {
    ...own,
    name: "corelens_errors_total",
    type: "counter",
    help: "Errors of tracing and of RPC. A persisting error counts once; its message is on stderr.",
    read: ({ problems }, take) => take(problems),
  },
  {
    ...own,
    name: "corelens_node_up",
    type: "gauge",
    help: "1 if the node answers RPC calls, 0 if not; missing when RPC is off.",
    read: ({ availability }, take) => take(availability && availability.status === "up"),
  },
  {
    ...own,
    name: "corelens_node_error",
    type: "gauge",
    help: "1, with the error code, while the node does not answer; missing while it answers.",
    labels: [CODE],
    read: ({ availability }, take) => {
      if (availability?.problem) take(1, availability.problem.code);
    },
  },
  {
    ...own,
    name: "corelens_state_refused",
    type: "gauge",
    help: "1 for a part of the state that the node refuses although it answers other calls: it is too old, or its whitelist lacks the call.",
    labels: [PART, REFUSAL],
    read: ({ refused }, take) => {
      for (const [part, { code }] of Object.entries(refused)) take(1, part, code);
    },
  },
  {
    ...own,
    name: "corelens_state_age_seconds",
    type: "gauge",
    help: "Age of the node's last answer for each part of the state.",
    labels: [PART],
    read: ({ ages }, take) => {
      for (const [part, age] of ages) take(age, part);
    },
  },
  {
    ...own,
    name: "corelens_events_total",
    type: "counter",
    help: "Events that corelens read or the kernel counted.",
    labels: [TRACEPOINT],
    read: ({ tallies, counted }, take) => {
      for (const [name, { delivered }] of tallies) take(delivered, name);
      for (const [name, { events }] of counted) take(events, name);
    },
  },
  {
    ...own,
    name: "corelens_events_lost_total",
    type: "counter",
    help: "Events lost because the ring buffer was full. The kernel's counts lose none.",
    labels: [TRACEPOINT],
    read: ({ tallies }, take) => {
      for (const [name, { lost }] of tallies) take(lost, name);
    },
  },
  {
    ...own,
    name: "corelens_events_truncated_total",
    type: "counter",
    help: "Events with a truncated text.",
    labels: [TRACEPOINT],
    read: ({ tallies }, take) => {
      for (const [name, { truncated }] of tallies) take(truncated, name);
    },
  },
  {
    ...own,
    name: "corelens_events_unreadable_total",
    type: "counter",
    help: "Events with an unreadable field; metrics that need this field omit them.",
    labels: [TRACEPOINT],
    read: ({ tallies }, take) => {
      for (const [name, { unreadable }] of tallies) take(unreadable, name);
    },
  },
  {
    ...own,
    name: "corelens_events_without_group_total",
    type: "counter",
    help: `Events that the kernel counted without their own group, because its table was full; their labels are ${OTHER}.`,
    labels: [TRACEPOINT],
    read: ({ counted }, take) => {
      for (const [name, { overflow }] of counted) take(overflow, name);
    },
  },
  {
    ...own,
    name: "corelens_hit_duration_seconds",
    type: "gauge",
    help: "Average time that one hit of a tracepoint costs the node: the kernel's measurement, without the breakpoint.",
    read: ({ hitDuration }, take) => take(hitDuration),
  },
  {
    ...own,
    name: "corelens_node_cost_seconds_total",
    type: "counter",
    help: "Total time that all hits cost the node. Its rate is the share of one core that tracing uses.",
    read: ({ cost }, take) => take(cost),
  },
  {
    ...own,
    name: "corelens_event_lag_seconds",
    type: "gauge",
    help: "Longest delay between an event and reading it, since the last scrape.",
    read: ({ lag }, take) => take(lag),
  },
  {
    ...own,
    name: "corelens_scrapes_total",
    type: "counter",
    help: "Scrapes of these metrics.",
    read: ({ scrapes }, take) => take(scrapes),
  },
  {
    ...own,
    name: "corelens_scrape_duration_seconds",
    type: "gauge",
    help: "Duration of the last scrape.",
    read: ({ scrapeDuration }, take) => take(scrapeDuration),
  },
  {
    ...own,
    name: "process_cpu_seconds_total",
    type: "counter",
    help: "CPU time of the process that serves the metrics.",
    read: ({ process }, take) => take(process.cpu),
  },
  {
    ...own,
    name: "process_resident_memory_bytes",
    type: "gauge",
    help: "Resident memory of the process that serves the metrics.",
    read: ({ process }, take) => take(process.residentMemory),
  },
  {
    ...own,
    name: "process_start_time_seconds",
    type: "gauge",
    help: "Start time of the process that serves the metrics.",
    read: ({ process }, take) => take(process.start),
  },
];
