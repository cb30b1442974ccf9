import type { WebSocket } from "@fastify/websocket";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { CorelensError } from "../errors.ts";
import type { Hub } from "./hub.ts";
import { WHICH, type Which } from "./which.ts";

/** How a connection ends to what cannot be shown: there is no use in trying again. */
const GONE = 4404;

/**
 * The WebSocket of the pages. One that asks for a recording that is not there is told so and closed: why a connection
 * was refused, a browser would not tell its page.
 */
export function addLive(live: FastifyInstance, find: (recording?: string) => Promise<Hub>): void {
  const found = new WeakMap<FastifyRequest, Hub | CorelensError>();
  live.get<{ Querystring: Which }>(
    "/api/live",
    {
      websocket: true,
      schema: { hide: true, querystring: WHICH },
      preValidation: async (request, reply) => {
        const hub = await find(request.query.recording).catch(asCorelensError);
        if ("isFull" in hub && hub.isFull) {
          return reply.code(503).send({ message: "Too many pages are open." });
        }
        found.set(request, hub);
      },
    },
    (socket, request) => {
      const hub = found.get(request)!;
      if (hub instanceof CorelensError) refuse(socket, hub);
      else hub.hello(socket);
    },
  );
}

function asCorelensError(error: unknown): CorelensError {
  if (error instanceof CorelensError) return error;
  throw error;
}

function refuse(socket: WebSocket, error: CorelensError): void {
  socket.on("error", () => {});
  socket.send(JSON.stringify({ type: "gone", ...error.problem }));
  socket.close(GONE, error.code);
}
