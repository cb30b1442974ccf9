import type { Group } from "../../counting/group.ts";
import { combinations, OTHER } from "../label.ts";
import { CONNECTION_TYPE, DIRECTION, MESSAGE } from "../labels.ts";
import type { Count, CountedMetric } from "../metric.ts";

/** Upper bounds of the buckets of payload sizes. */
const SIZES = [63, 255, 1023, 4095, 16_383, 65_535, 262_143, 1_048_575, 4_194_303];

/** The kernel counts messages: a well-connected node handles thousands a second. */
const MESSAGES: Count = {
  tracepoints: ["net:inbound_message", "net:outbound_message"],
  by: ["msg_type", "connection_type"],
  costly: "connection_type",
  measures: [{ text: "size", sum: true, extremes: false }],
  // Values are integers: at most 63 is below 64.
  histogram: { text: "size", linear: null, bounds: SIZES.map((size) => size + 1) },
  // A peer that invents message types must not displace the real ones.
  reserved: combinations([MESSAGE, CONNECTION_TYPE])!.filter((key) => !key.includes(OTHER)),
};

const directionOf = (tracepoint: string): string =>
  tracepoint === "net:inbound_message" ? "inbound" : "outbound";

const bytesOf = ({ measures }: Group): number => Number(measures[0]!.sum);

export const MESSAGE_METRICS: readonly CountedMetric[] = [
  {
    name: "corelens_p2p_messages_total",
    type: "counter",
    help: "Messages received from and sent to peers.",
    labels: [DIRECTION, MESSAGE, CONNECTION_TYPE],
    from: "counts",
    count: MESSAGES,
    read: ({ key, count }, tracepoint) => ({
      labels: [directionOf(tracepoint), ...key],
      value: count,
    }),
  },
  {
    name: "corelens_p2p_message_bytes_total",
    type: "counter",
    help: "Payload bytes of messages from and to peers, without each message's header of 24 bytes.",
    labels: [DIRECTION, MESSAGE, CONNECTION_TYPE],
    from: "counts",
    count: MESSAGES,
    read: (group, tracepoint) => ({
      labels: [directionOf(tracepoint), ...group.key],
      value: bytesOf(group),
    }),
  },
  {
    name: "corelens_p2p_message_size_bytes",
    type: "histogram",
    help: "Payload sizes of messages.",
    labels: [DIRECTION, MESSAGE],
    buckets: SIZES,
    from: "counts",
    count: MESSAGES,
    read: (group, tracepoint) => ({
      labels: [directionOf(tracepoint), group.key[0]],
      value: bytesOf(group),
    }),
  },
];
