import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { CorelensError } from "../errors.ts";
import { EventStream } from "./event-stream.ts";
import { type Hub, tooMany } from "./hub.ts";
import { requestProblem } from "./request-problem.ts";
import { OF } from "./which.ts";

const REFUSAL = {
  type: "object",
  description: "Why it is refused: docs/errors.md tells what the code means",
  properties: {
    code: { type: "string" },
    message: { type: "string" },
    cure: { type: "string" },
    excerpt: {
      type: ["array", "null"],
      items: { type: "string" },
      description: "A wrong query's line, and one that points at the place",
    },
  },
} as const;

const QUERY = {
  type: "object",
  properties: {
    tracepoints: {
      type: "string",
      maxLength: 4096,
      description:
        "Names or patterns, separated by commas: net:*_message,mempool:*; all when left out",
    },
    where: {
      type: "string",
      maxLength: 4096,
      description: "A query that events have to pass: docs/query.md",
    },
    ...OF,
  },
} as const;

const DESCRIPTION = `Each message's data is an event as \`corelens trace --json\` prints it (docs/events.md); notices
(\`corelens:*\`) always come. A message of the type \`skipped\` tells of events that are missing, by tracepoint:
\`skipped\` came faster than they were read, of \`untested\` nobody asked whether they pass the query.`;

type Query = Partial<Record<keyof typeof QUERY.properties, string>>;

/** The events themselves, as a stream. */
export function addEvents(api: FastifyInstance, find: (recording?: string) => Promise<Hub>): void {
  api.get<{ Querystring: Query }>(
    "/api/events",
    {
      exposeHeadRoute: false,
      preValidation: checkNames,
      schema: {
        summary: "Events as they happen, as server-sent events",
        description: DESCRIPTION,
        querystring: QUERY,
        response: {
          200: {
            description: "It goes on until one of both ends it",
            content: { "text/event-stream": { schema: { type: "string" } } },
          },
          400: REFUSAL,
          503: REFUSAL,
        },
      },
    },
    async ({ query: { tracepoints = "", where = "", recording } }, reply) => {
      const hub = await find(recording);
      if (hub.isBusy) return refuse(reply.header("retry-after", 10), 503, tooMany());
      const names = tracepoints.split(",").map((name) => name.trim());
      const choice = {
        tracepoints: names.filter((name) => name !== ""),
        where: where.trim() === "" ? null : where,
      };
      let stream: EventStream;
      try {
        stream = new EventStream(choice, hub.kinds);
      } catch (error) {
        if (error instanceof CorelensError) return refuse(reply, 400, error);
        throw error;
      }
      hub.feed(stream);
      // A proxy that gathers what it passes on would make a stream of events one of surprises.
      reply.header("cache-control", "no-store").header("x-accel-buffering", "no");
      return reply.type("text/event-stream").send(stream);
    },
  );
}

/** What is misspelt would otherwise be passed over, and all events come. */
async function checkNames({ query }: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const names = Object.keys(query as object);
  const unknown = names.find((name) => !Object.hasOwn(QUERY.properties, name));
  if (unknown === undefined) return;
  const cure = `there are ${Object.keys(QUERY.properties).join(", ")}`;
  return refuse(reply, 400, new CorelensError("USAGE", `there is no parameter ${unknown}`, cure));
}

function refuse(reply: FastifyReply, status: 400 | 503, error: CorelensError): FastifyReply {
  return reply.code(status).send(requestProblem(error));
}
