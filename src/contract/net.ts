import { CONNECTION_NETWORKS, CONNECTION_TYPES } from "../bitcoin/connection.ts";
import { address, peerId } from "./fields.ts";
import type { Field, Layout, Tracepoint } from "./types.ts";

/** Messages and connections: tracepoints in net.cpp and net_processing.cpp. */

const connectionType = {
  name: "connection_type",
  type: "string",
  maxLength: 20,
  meaning: `${CONNECTION_TYPES.slice(0, -1).join(", ")}; since v31 also private-broadcast.`,
} as const satisfies Field;

const network = {
  name: "network",
  type: "uint32",
  values: { ...CONNECTION_NETWORKS },
  meaning:
    "The network the connection goes through. A peer on localhost or in a private range is unroutable, a peer behind the node's own onion service is onion.",
} as const satisfies Field;

const timeEstablished = {
  name: "time_established",
  type: "int64",
  unit: "UNIX s",
  meaning: "When the connection was established.",
} as const satisfies Field;

const connection = [peerId, address, connectionType, network] as const satisfies readonly Field[];

const messageLayouts = [
  {
    since: 23,
    until: null,
    fields: [
      peerId,
      address,
      connectionType,
      {
        name: "msg_type",
        type: "string",
        maxLength: 12,
        meaning:
          "The message's type: inv, tx, ping. An inbound one is what the peer sent, so it can be any printable text.",
      },
      {
        name: "size",
        type: "uint64",
        unit: "B",
        meaning: "Length of the payload, without the message's header.",
      },
      {
        name: "payload",
        type: "bytes",
        length: "size",
        meaning: "The message without its header, up to 4 MB.",
      },
    ],
  },
] as const satisfies readonly Layout[];

const closingLayouts = [
  { since: 29, until: null, fields: [...connection, timeEstablished] },
] as const satisfies readonly Layout[];

export const NET = {
  "net:inbound_message": {
    summary: "A message from a peer is about to be processed.",
    notes: ["It fires when processing begins, which can be long after the message arrived."],
    layouts: messageLayouts,
  },
  "net:outbound_message": {
    summary: "A message to a peer is queued for sending.",
    notes: [
      "It fires before the message is encrypted and sent; a peer that disconnects never gets it.",
    ],
    layouts: messageLayouts,
  },
  "net:inbound_connection": {
    summary: "A peer has connected to this node.",
    notes: ["It fires before the version handshake: the peer has not said anything yet."],
    layouts: [
      {
        since: 29,
        until: null,
        fields: [
          ...connection,
          {
            name: "inbound_count",
            type: "uint64",
            meaning: "Inbound connections that now exist, this one included.",
          },
        ],
      },
    ],
  },
  "net:outbound_connection": {
    summary: "This node has connected to a peer.",
    notes: ["It fires before the version handshake."],
    layouts: [
      {
        since: 29,
        until: null,
        fields: [
          ...connection,
          {
            name: "outbound_count",
            type: "uint64",
            meaning: "Outbound connections that now exist, this one included.",
          },
        ],
      },
    ],
  },
  "net:evicted_inbound_connection": {
    summary: "An inbound peer was chosen to make room for a new one.",
    notes: ["The connection is only marked here; net:closed_connection follows when it closes."],
    layouts: closingLayouts,
  },
  "net:closed_connection": {
    summary: "A connection, inbound or outbound, was closed by either side.",
    layouts: closingLayouts,
  },
  "net:misbehaving_connection": {
    summary: "A peer broke the protocol, for which it can be discouraged.",
    layouts: [
      {
        since: 29,
        until: null,
        fields: [
          peerId,
          {
            name: "reason",
            type: "string",
            maxLength: 128,
            meaning: "What it did wrong. Can be empty.",
          },
        ],
      },
    ],
  },
} as const satisfies Record<string, Tracepoint>;
