import type { FastifyInstance } from "fastify";
import { SCALES, type Scale } from "../model/history.ts";
import { SEVERITIES } from "../model/incidents/incident.ts";
import { type IncidentKind, KIND_NAMES } from "../model/incidents/kinds.ts";
import { SECTIONS, type Section } from "../model/sections.ts";
import { addEvents } from "./events-route.ts";
import type { Hub } from "./hub.ts";
import { toWire } from "./protocol/wire.ts";
import {
  RECORDING_PROPERTY,
  RECORDING_QUERY,
  type RecordingParameter,
} from "./recording-parameter.ts";

const ANYTHING = { type: "object", additionalProperties: true } as const;
const STATUS = {
  type: "object",
  description: "Whether the node works, as a headline and as findings",
  properties: {
    now: {
      type: "number",
      description: "Time of the newest event or of this answer, in ms since the epoch",
    },
    headline: {
      type: "object",
      properties: {
        status: { type: "string", enum: ["ok", "unknown", "warning", "problem"] },
        message: { type: "string" },
      },
    },
    health: { type: "array", items: ANYTHING },
    stream: ANYTHING,
    obstacle: { type: ["object", "null"], additionalProperties: true },
    height: { type: ["number", "null"] },
    event_rate: { type: "number", description: "Events per second in the last 10 s" },
  },
} as const;
const EXCERPT = {
  type: "object",
  properties: {
    begin: { type: "number", description: "Start of the first bucket, in ms since the epoch" },
    step: { type: "number", description: "Length of a bucket in ms" },
    length: { type: "number", description: "Number of complete buckets" },
    seconds: {
      type: "array",
      description: "How many seconds of each bucket are known: none while nothing was traced",
      items: { type: "number" },
    },
    columns: {
      type: "object",
      description: "Sums by column; columns without any event are omitted",
      additionalProperties: { type: "array", items: { type: "number" } },
    },
    running: {
      type: ["object", "null"],
      description: "The complete seconds of the next bucket, which is not complete itself",
      properties: {
        begin: {
          type: "number",
          description: "Start of the first of these seconds, in ms since the epoch",
        },
        age: { type: "number", description: "Length of these seconds together, in ms" },
        columns: {
          type: "object",
          description: "Sums by column; columns without any event are omitted",
          additionalProperties: { type: "number" },
        },
      },
    },
  },
} as const;
const SECTION = {
  type: "object",
  properties: { section: { type: "string", enum: SECTIONS } },
  required: ["section"],
} as const;
const PEER = {
  type: "object",
  properties: { peer: { type: "integer", description: "The node's number for the peer" } },
  required: ["peer"],
} as const;
const SCALE = {
  type: "object",
  properties: {
    scale: { type: "string", enum: Object.keys(SCALES), default: "5m" },
    ...RECORDING_PROPERTY,
  },
} as const;

const KIND_SCHEMA = { type: "string", enum: KIND_NAMES } as const;
const INCIDENT_QUERY = {
  type: "object",
  properties: {
    since: {
      type: "number",
      description: "Only incidents that began at this time or later, in ms since the epoch",
    },
    kind: { ...KIND_SCHEMA, description: "Only this kind: docs/log.md" },
    ...RECORDING_PROPERTY,
  },
} as const;
const INCIDENTS = {
  type: "object",
  properties: {
    incidents: {
      type: "array",
      description: "Newest first; the last fifty of each kind",
      items: {
        type: "object",
        properties: {
          id: { type: "string", description: "The same live and from a recording" },
          kind: KIND_SCHEMA,
          severity: { type: "string", enum: SEVERITIES },
          begin: { type: "number", description: "In ms since the epoch" },
          end: {
            type: ["number", "null"],
            description: "In ms since the epoch; null while it goes on",
          },
          pid: { type: ["number", "null"] },
          object: { type: ["object", "null"], additionalProperties: true },
          text: { type: "string", description: "A sentence" },
          evidence: {
            type: "object",
            properties: {
              from: {
                type: "number",
                description: "Time of the first event, in ms since the epoch",
              },
              to: { type: "number", description: "Time of the last event, in ms since the epoch" },
              figures: ANYTHING,
            },
          },
        },
      },
    },
    totals: {
      type: "object",
      description: "Numbers by kind since the start of tracing, whatever the query",
      additionalProperties: { type: "number" },
    },
  },
} as const;
type IncidentQuery = RecordingParameter & { since?: number; kind?: IncidentKind };

/**
 * What the pages show, as JSON, from the same model.
 * @param find finds the hub of a recording, or the live one
 */
export function addApi(api: FastifyInstance, find: (recording?: string) => Promise<Hub>): void {
  addWireNames(api);
  api.get<{ Querystring: RecordingParameter }>(
    "/api/status",
    {
      schema: {
        summary: "Health of the node",
        querystring: RECORDING_QUERY,
        response: { 200: STATUS },
      },
    },
    async ({ query }) => (await find(query.recording)).model.status(),
  );
  api.get<{ Params: { section: Section }; Querystring: RecordingParameter }>(
    "/api/view/:section",
    {
      schema: {
        summary: "What a page shows",
        params: SECTION,
        querystring: RECORDING_QUERY,
        response: { 200: ANYTHING },
      },
    },
    async ({ params, query }) => (await find(query.recording)).model.view(params.section),
  );
  api.get<{ Params: { section: Section }; Querystring: RecordingParameter & { scale: Scale } }>(
    "/api/history/:section",
    {
      schema: {
        summary: "History that a page's charts show",
        params: SECTION,
        querystring: SCALE,
        response: { 200: EXCERPT },
      },
    },
    async ({ params, query }) =>
      (await find(query.recording)).model.excerpt(params.section, query.scale, 0),
  );
  api.get<{ Params: { peer: number }; Querystring: RecordingParameter }>(
    "/api/peers/:peer",
    {
      schema: {
        summary: "Messages of a peer by type, most first, and what they caused",
        params: PEER,
        querystring: RECORDING_QUERY,
        response: { 200: ANYTHING },
      },
    },
    async ({ params, query }) => (await find(query.recording)).model.detailsOf(params.peer) ?? {},
  );
  api.get<{ Querystring: IncidentQuery }>(
    "/api/incidents",
    {
      schema: {
        summary: "What happened",
        querystring: INCIDENT_QUERY,
        response: { 200: INCIDENTS },
      },
    },
    async ({ query: { recording, since = Number.NEGATIVE_INFINITY, kind } }) => {
      const { incidents, totals } = (await find(recording)).model.view("incidents");
      const chosen = incidents.filter(
        (each) => each.begin >= since && (kind === undefined || each.kind === kind),
      );
      return { incidents: chosen, totals };
    },
  );
  addEvents(api, find);
}

/** Answers of this API have the names of the wire. */
export function addWireNames(api: FastifyInstance): void {
  api.addHook("preSerialization", async (_request, _reply, payload) => toWire(payload));
}
