import type { WebSocket } from "@fastify/websocket";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { CorelensError } from "../errors.ts";
import type { Hub } from "./hub.ts";
import { messageText } from "./message-text.ts";
import { RECORDING_QUERY, type RecordingParameter } from "./recording-parameter.ts";

/** The close code of a connection to a recording that cannot be shown: connecting again would not help. */
const GONE = 4404;

/**
 * The WebSocket of the pages. When the recording cannot be shown, the server accepts the connection, sends the reason
 * and closes it: browsers hide from a page why a connection was refused.
 */
export function addLive(live: FastifyInstance, find: (recording?: string) => Promise<Hub>): void {
  const found = new WeakMap<FastifyRequest, Hub | CorelensError>();
  live.get<{ Querystring: RecordingParameter }>(
    "/api/live",
    {
      websocket: true,
      schema: { hide: true, querystring: RECORDING_QUERY },
      preValidation: async (request, reply) => {
        if (isOnThisMachine(request)) delete request.raw.headers["sec-websocket-extensions"];
        const hub = await find(request.query.recording).catch(corelensError);
        if ("isFull" in hub && hub.isFull) {
          return reply.code(503).send({ message: "Too many pages are open." });
        }
        found.set(request, hub);
      },
    },
    (socket, request) => {
      const hub = found.get(request)!;
      if (hub instanceof CorelensError) refuse(socket, hub);
      else hub.connect(socket);
    },
  );
}

/** Compression would cost more than the transfer within a machine. */
function isOnThisMachine({ raw: { socket } }: FastifyRequest): boolean {
  return socket.remoteAddress === socket.localAddress;
}

function corelensError(error: unknown): CorelensError {
  if (error instanceof CorelensError) return error;
  throw error;
}

function refuse(socket: WebSocket, error: CorelensError): void {
  socket.on("error", () => {});
  socket.send(messageText({ type: "gone", ...error.problem }));
  socket.close(GONE, error.code);
}
