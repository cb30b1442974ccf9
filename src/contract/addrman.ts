import type { Field, Tracepoint } from "./types.ts";

/** The tables of known addresses: tracepoints of a patch set, in no release. */

const PATCH = "a patch on top of a release, as peer-observer read it";

const placed = [
  { name: "bucket", type: "int32", meaning: "The bucket of the table." },
  { name: "bucket_position", type: "int32", meaning: "The position in the bucket." },
  { name: "address", type: "string", maxLength: 68, meaning: "The address and port in question." },
  {
    name: "asn",
    type: "uint32",
    meaning: "The autonomous system of the address; 0 when the node has no asmap.",
  },
  {
    name: "source_address",
    type: "string",
    maxLength: 68,
    meaning: "Address of the peer that told of it.",
  },
  {
    name: "source_asn",
    type: "uint32",
    meaning: "The autonomous system of that peer; 0 when the node has no asmap.",
  },
] as const satisfies readonly Field[];

export const ADDRMAN = {
  "addrman:attempt_add": {
    summary: "An address was offered to the table of new addresses.",
    layouts: [
      {
        since: null,
        until: null,
        note: PATCH,
        fields: [
          { name: "inserted", type: "bool", meaning: "Whether the table took it." },
          ...placed,
        ],
      },
    ],
  },
  "addrman:move_to_good": {
    summary: "An address moved to the table of tried addresses.",
    layouts: [{ since: null, until: null, note: PATCH, fields: placed }],
  },
} as const satisfies Record<string, Tracepoint>;
