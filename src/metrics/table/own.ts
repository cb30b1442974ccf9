import { TRACEPOINTS } from "../../contract/contract.ts";
import { ERRORS } from "../../errors.ts";
import { STATE_PARTS } from "../../node/state/calls.ts";
import type { Label } from "../label.ts";
import { OTHER } from "../label.ts";
import type { OwnMetric } from "../metric.ts";

const TRACEPOINT: Label = {
  name: "tracepoint",
  meaning: "of Bitcoin Core",
  values: [...TRACEPOINTS.keys(), OTHER],
};
const VERSION: Label = { name: "version", meaning: "of corelens", values: null };
const CODE: Label = {
  name: "code",
  meaning: "of the error, as in errors.md",
  values: Object.keys(ERRORS),
};
const PART: Label = { name: "part", meaning: "of the node's state", values: STATE_PARTS };

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
    help: "1 while programs are attached: to a node that runs, or to a binary for whenever it runs.",
    read: ({ attached }, take) => take(attached),
  },
  {
    ...own,
    name: "corelens_attached_tracepoints",
    type: "gauge",
    help: "Tracepoints that are traced.",
    read: ({ tracepoints }, take) => take(tracepoints),
  },
  {
    ...own,
    name: "corelens_attachments_total",
    type: "counter",
    help: "How often tracing began, or went on with a restarted node or a replaced binary.",
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
    name: "corelens_troubles_total",
    type: "counter",
    help: "Errors while following the node, each counted once until it changes; stderr has the messages.",
    read: ({ troubles }, take) => take(troubles),
  },
  {
    ...own,
    name: "corelens_node_up",
    type: "gauge",
    help: "1 when the node answers RPC; missing when RPC is off.",
    read: ({ availability }, take) => take(availability && availability.status === "up"),
  },
  {
    ...own,
    name: "corelens_node_error",
    type: "gauge",
    help: "1, with the error code while the node does not answer; missing otherwise.",
    labels: [CODE],
    read: ({ availability }, take) => {
      if (availability?.problem) take(1, availability.problem.code);
    },
  },
  {
    ...own,
    name: "corelens_state_refused",
    type: "gauge",
    help: "1 for a part of its state that the node refuses though it answers: it is too old, or its whitelist lacks the call.",
    labels: [PART, CODE],
    read: ({ refused }, take) => {
      for (const [part, { code }] of Object.entries(refused)) take(1, part, code);
    },
  },
  {
    ...own,
    name: "corelens_state_age_seconds",
    type: "gauge",
    help: "Age of the node's last answer.",
    labels: [PART],
    read: ({ ages }, take) => {
      for (const [part, age] of ages) take(age, part);
    },
  },
  {
    ...own,
    name: "corelens_events_total",
    type: "counter",
    help: "Events that were read, or counted in the kernel.",
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
    help: "Events that found the ring buffer full; those counted in the kernel are never lost.",
    labels: [TRACEPOINT],
    read: ({ tallies }, take) => {
      for (const [name, { lost }] of tallies) take(lost, name);
    },
  },
  {
    ...own,
    name: "corelens_events_truncated_total",
    type: "counter",
    help: "Events with a text that was cut.",
    labels: [TRACEPOINT],
    read: ({ tallies }, take) => {
      for (const [name, { truncated }] of tallies) take(truncated, name);
    },
  },
  {
    ...own,
    name: "corelens_events_unreadable_total",
    type: "counter",
    help: "Events with a field that could not be read; they are missing where that field is needed.",
    labels: [TRACEPOINT],
    read: ({ tallies }, take) => {
      for (const [name, { unreadable }] of tallies) take(unreadable, name);
    },
  },
  {
    ...own,
    name: "corelens_events_without_group_total",
    type: "counter",
    help: `Events that found no room for a group of their own in the kernel and have ${OTHER} for every label.`,
    labels: [TRACEPOINT],
    read: ({ counted }, take) => {
      for (const [name, { overflow }] of counted) take(overflow, name);
    },
  },
  {
    ...own,
    name: "corelens_hit_duration_seconds",
    type: "gauge",
    help: "What a hit of a tracepoint takes the node on average, as the kernel measures it, without the breakpoint.",
    read: ({ hitDuration }, take) => take(hitDuration),
  },
  {
    ...own,
    name: "corelens_node_cost_seconds_total",
    type: "counter",
    help: "What all hits took the node: its rate is the share of a core that tracing costs.",
    read: ({ cost }, take) => take(cost),
  },
  {
    ...own,
    name: "corelens_event_lag_seconds",
    type: "gauge",
    help: "From an event to the moment it was read: the longest since the scrape before.",
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
    help: "Duration of the previous scrape.",
    read: ({ scrapeDuration }, take) => take(scrapeDuration),
  },
  {
    ...own,
    name: "process_cpu_seconds_total",
    type: "counter",
    help: "Processor time of the process that answers.",
    read: ({ process }, take) => take(process.cpu),
  },
  {
    ...own,
    name: "process_resident_memory_bytes",
    type: "gauge",
    help: "Memory of the process that answers.",
    read: ({ process }, take) => take(process.residentMemory),
  },
  {
    ...own,
    name: "process_start_time_seconds",
    type: "gauge",
    help: "When the process that answers was started.",
    read: ({ process }, take) => take(process.start),
  },
];
