import type { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { RecordingCache } from "./recording-cache.ts";
import { MAX_UPLOAD_BYTES } from "./uploads.ts";

const RECORDING = {
  type: "object",
  properties: {
    id: { type: "string", description: "What `?recording=` takes" },
    name: { type: "string" },
    isUpload: { type: "boolean", description: "Whether it came from a browser" },
    bytes: { type: ["number", "null"] },
    first: { type: ["number", "null"], description: "Of the first event, in ms since the epoch" },
    last: { type: ["number", "null"], description: "Of the last event, in ms since the epoch" },
    damage: { type: ["string", "null"], description: "Why it cannot be read to its end" },
  },
} as const;
const LIST = {
  type: "object",
  properties: {
    recordings: { type: "array", items: RECORDING },
    omitted: { type: "number", description: "How many more there are" },
    takesUploads: { type: "boolean", description: "Whether PUT is allowed" },
    maxBytes: { type: "number", description: "Of an upload" },
  },
} as const;
const NAME = {
  type: "object",
  properties: { name: { type: "string", description: "What it is to be called" } },
  required: ["name"],
} as const;

/** Recordings: which there are, and taking one in. */
export function addRecordingsApi(api: FastifyInstance, shelf: RecordingCache): void {
  api.get(
    "/api/recordings",
    { schema: { summary: "Recordings that can be looked at", response: { 200: LIST } } },
    async () => ({
      ...(await shelf.list()),
      takesUploads: shelf.takesUploads,
      maxBytes: MAX_UPLOAD_BYTES,
    }),
  );
  // Whatever type it says it has, a body is bytes, and read as they come.
  api.removeAllContentTypeParsers();
  api.addContentTypeParser("*", (_request, body, done) => done(null, body));
  api.put<{ Params: { name: string } }>(
    "/api/recordings/:name",
    {
      schema: {
        summary: "Loads the recording that is the request's body",
        description: "It goes when corelens ends, or when others need its place.",
        params: NAME,
        response: { 201: RECORDING },
      },
    },
    async (request, reply) => {
      const announced = request.headers["content-length"];
      const size = announced === undefined ? null : Number(announced);
      const body = (request.body as Readable | undefined) ?? request.raw;
      return reply.code(201).send(await shelf.receive(request.params.name, body, size));
    },
  );
}
