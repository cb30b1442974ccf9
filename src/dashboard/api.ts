import type { FastifyInstance } from "fastify";
import { SCALES, type Scale } from "../model/history.ts";
import { SECTIONS, type Section } from "../model/node-model.ts";
import { addEvents } from "./events-route.ts";
import type { Hub } from "./hub.ts";
import { OF, WHICH, type Which } from "./which.ts";

const ANYTHING = { type: "object", additionalProperties: true } as const;
const STATUS = {
  type: "object",
  description: "Whether the node works, in words first",
  properties: {
    now: { type: "number", description: "Of the picture, in ms since the epoch" },
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
    eventRate: { type: "number", description: "Events per second, over the last ten" },
  },
} as const;
const EXCERPT = {
  type: "object",
  properties: {
    begin: { type: "number", description: "Of the first bucket, in ms since the epoch" },
    step: { type: "number", description: "Length of a bucket in ms" },
    length: { type: "number", description: "How many complete buckets there are" },
    columns: {
      type: "object",
      description: "Sums by column; columns that are zero throughout are left out",
      additionalProperties: { type: "array", items: { type: "number" } },
    },
    running: {
      type: ["object", "null"],
      description: "The bucket that follows and is not complete yet: its seconds that are over",
      properties: {
        begin: { type: "number", description: "Of the first of these seconds, in ms" },
        age: { type: "number", description: "How long they are together, in ms" },
        columns: {
          type: "object",
          description: "Sums by column; those that are zero are left out",
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
const SCALE = {
  type: "object",
  properties: { scale: { type: "string", enum: Object.keys(SCALES), default: "5m" }, ...OF },
} as const;

/**
 * What the pages show, as JSON: the same numbers, from the same picture.
 * @param find the hub of a recording, or of what is live
 */
export function addApi(api: FastifyInstance, find: (recording?: string) => Promise<Hub>): void {
  api.get<{ Querystring: Which }>(
    "/api/status",
    { schema: { summary: "Health, in words", querystring: WHICH, response: { 200: STATUS } } },
    async ({ query }) => (await find(query.recording)).picture.status(),
  );
  api.get<{ Params: { section: Section }; Querystring: Which }>(
    "/api/view/:section",
    {
      schema: {
        summary: "What a page shows",
        params: SECTION,
        querystring: WHICH,
        response: { 200: ANYTHING },
      },
    },
    async ({ params, query }) => (await find(query.recording)).picture.view(params.section),
  );
  api.get<{ Params: { section: Section }; Querystring: Which & { scale: Scale } }>(
    "/api/history/:section",
    {
      schema: {
        summary: "What a page's charts are drawn from",
        params: SECTION,
        querystring: SCALE,
        response: { 200: EXCERPT },
      },
    },
    async ({ params, query }) =>
      (await find(query.recording)).picture.excerpt(params.section, query.scale, 0),
  );
  addEvents(api, find);
  api.get("/api/openapi.json", { schema: { summary: "This description" } }, () => api.swagger());
}
