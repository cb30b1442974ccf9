import type { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { addWireNames } from "./api.ts";
import type { RecordingCache } from "./recording-cache.ts";

const RECORDING = {
  type: "object",
  properties: {
    id: { type: "string", description: "The value of `?recording=`" },
    name: { type: "string" },
    is_upload: { type: "boolean", description: "Whether a browser uploaded it" },
    is_flight: {
      type: "boolean",
      description: "Whether it is the recording of the last hours, which is being written",
    },
    bytes: { type: ["number", "null"] },
    first: {
      type: ["number", "null"],
      description: "Time of the first event, in ms since the epoch",
    },
    last: {
      type: ["number", "null"],
      description: "Time of the last event, in ms since the epoch",
    },
    damage: { type: ["string", "null"], description: "Why it cannot be read to its end" },
  },
} as const;
const LIST = {
  type: "object",
  properties: {
    recordings: { type: "array", items: RECORDING },
    omitted: { type: "number", description: "Number of recordings that are not listed" },
    takes_uploads: { type: "boolean", description: "Whether PUT is allowed" },
    max_bytes: { type: "number", description: "Maximum size of an upload" },
  },
} as const;
const SAVED = {
  type: "object",
  properties: {
    name: { type: "string" },
    first: { type: "number", description: "Time of the first event, in ms since the epoch" },
    last: { type: "number", description: "Time of the last event, in ms since the epoch" },
  },
} as const;
const MINUTES = {
  type: "object",
  properties: { minutes: { type: "integer", minimum: 1, maximum: 60, default: 10 } },
} as const;
const NAME = {
  type: "object",
  properties: { name: { type: "string", description: "Name of the recording" } },
  required: ["name"],
} as const;

/** Lists recordings and stores uploads. */
export function addRecordingsApi(api: FastifyInstance, recordings: RecordingCache): void {
  addWireNames(api);
  api.get(
    "/api/recordings",
    { schema: { summary: "Recordings that can be opened", response: { 200: LIST } } },
    () => recordings.list(),
  );
  api.post<{ Querystring: { minutes: number } }>(
    "/api/recordings/last",
    {
      schema: {
        summary: "Saves the last minutes of the recording of the last hours",
        querystring: MINUTES,
        response: { 201: SAVED },
      },
    },
    async ({ query }, reply) => reply.code(201).send(await recordings.saveLast(query.minutes)),
  );
  // A body of any content type is read as a stream of bytes.
  api.removeAllContentTypeParsers();
  api.addContentTypeParser("*", (_request, body, done) => done(null, body));
  api.put<{ Params: { name: string } }>(
    "/api/recordings/:name",
    {
      schema: {
        summary: "Uploads the recording in the request's body",
        description:
          "corelens deletes an upload when it ends, or when a newer upload needs the space.",
        params: NAME,
        response: { 201: RECORDING },
      },
    },
    async (request, reply) => {
      const announced = request.headers["content-length"];
      const size = announced === undefined ? null : Number(announced);
      const body = (request.body as Readable | undefined) ?? request.raw;
      return reply.code(201).send(await recordings.receive(request.params.name, body, size));
    },
  );
}
