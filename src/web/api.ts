import type { FastifyInstance } from "fastify";
import { SCALES, type Scale } from "../picture/history.ts";
import { SECTIONS, type Section } from "../picture/picture.ts";
import { addEvents } from "./events-route.ts";
import type { Hub } from "./hub.ts";

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
  },
} as const;
const SECTION = {
  type: "object",
  properties: { section: { type: "string", enum: SECTIONS } },
  required: ["section"],
} as const;
const SCALE = {
  type: "object",
  properties: { scale: { type: "string", enum: Object.keys(SCALES), default: "5m" } },
} as const;

/** What the pages show, as JSON: the same numbers, from the same picture. */
export function addApi(api: FastifyInstance, hub: Hub): void {
  api.get(
    "/api/status",
    { schema: { summary: "Health, in words", response: { 200: STATUS } } },
    () => hub.picture.status(),
  );
  api.get<{ Params: { section: Section } }>(
    "/api/view/:section",
    { schema: { summary: "What a page shows", params: SECTION, response: { 200: ANYTHING } } },
    ({ params }) => hub.picture.view(params.section),
  );
  api.get<{ Params: { section: Section }; Querystring: { scale: Scale } }>(
    "/api/history/:section",
    {
      schema: {
        summary: "What a page's charts are drawn from",
        params: SECTION,
        querystring: SCALE,
        response: { 200: EXCERPT },
      },
    },
    ({ params, query }) => hub.picture.excerpt(params.section, query.scale, 0),
  );
  addEvents(api, hub);
  api.get("/api/openapi.json", { schema: { summary: "This description" } }, () => api.swagger());
}
