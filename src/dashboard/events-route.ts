import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { CorelensError } from "../errors.ts";
import { EventStream } from "./event-stream.ts";
import { type Hub, tooManyQueries } from "./hub.ts";
import { RECORDING_PROPERTY } from "./recording-parameter.ts";
import { requestProblem } from "./request-problem.ts";

const PROBLEM = {
  type: "object",
  description: "Why the request is refused; docs/errors.md explains the codes",
  properties: {
    code: { type: "string" },
    message: { type: "string" },
    cure: { type: "string" },
    excerpt: {
      type: ["array", "null"],
      items: { type: "string" },
      description: "The line of the query and a line that marks the place of the error",
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
        "Names or patterns, separated by commas: net:*_message,mempool:*; all when omitted",
    },
    where: {
      type: "string",
      maxLength: 4096,
      description: "A query that events have to pass: docs/query.md",
    },
    ...RECORDING_PROPERTY,
  },
} as const;

const DESCRIPTION = `Each message's data is an event as \`corelens trace --json\` prints it (docs/events.md); notices
(\`corelens:*\`) are always sent. A message of the type \`skipped\` counts missing events by tracepoint: events in
\`skipped\` match the query but came faster than they were read, events in \`untested\` were not tested.`;

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
            description: "A stream without end: either side closes it",
            content: { "text/event-stream": { schema: { type: "string" } } },
          },
          400: PROBLEM,
          503: PROBLEM,
        },
      },
    },
    async ({ query: { tracepoints = "", where = "", recording } }, reply) => {
      const hub = await find(recording);
      if (hub.isBusy) return refuse(reply.header("retry-after", 10), 503, tooManyQueries());
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
      hub.addStream(stream);
      // Proxies must not buffer the stream.
      reply.header("cache-control", "no-store").header("x-accel-buffering", "no");
      return reply.type("text/event-stream").send(stream);
    },
  );
}

/** A misspelt name must not be ignored: all events would come. */
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
