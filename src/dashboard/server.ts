import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { answerErrors } from "./answer-error.ts";
import { addApi } from "./api.ts";
import { MAX_MESSAGE } from "./client.ts";
import { Guard } from "./guard.ts";
import type { Hub } from "./hub.ts";
import { addLive } from "./live.ts";
import { pageOf } from "./page-paths.ts";
import type { PageFile } from "./pages.ts";
import type { RecordingCache } from "./recording-cache.ts";
import { addRecordingsApi } from "./recordings-api.ts";
import { addSetup, type Examine } from "./setup-api.ts";

/** What the server is made of. */
export interface ServerParts {
  /** What a browser has to know; null when it needs to know nothing. */
  readonly token: string | null;
  readonly pages: ReadonlyMap<string, PageFile>;
  /** What is live. */
  readonly hub: Hub;
  readonly shelf: RecordingCache;
  readonly version: string;
  /** Looks at what tracing needs; left out where this process sees less than the one that traces. */
  readonly examine?: Examine;
  /** Adds routes of others, such as metrics; they are guarded like all. */
  readonly routes?: (app: FastifyInstance) => void | Promise<void>;
}

/** Nothing but what this server itself serves; no script and no style in a page's text. */
const POLICY = {
  "default-src": ["'none'"],
  "script-src": ["'self'"],
  "style-src": ["'self'"],
  "img-src": ["'self'"],
  "connect-src": ["'self'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
  "frame-ancestors": ["'none'"],
};

/** Everybody's connections together: a thousand open pages and their requests. */
const MAX_CONNECTIONS = 2000;
/** Recordings are loaded, and they alone have a body that may take long. */
const LONGEST_REQUEST_MS = 3_600_000;
const LONGEST_HEADERS_MS = 10_000;
/** As long as a file's name can be. */
const MAX_PARAMETER = 255;

/** The server of pages, API and live data, ready to listen. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const { hub, shelf, pages, version, routes } = parts;
  const guard = new Guard(parts.token);
  const app = fastify({
    bodyLimit: 1024,
    requestTimeout: LONGEST_REQUEST_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: MAX_PARAMETER },
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  app.server.headersTimeout = LONGEST_HEADERS_MS;
  answerErrors(app);
  app.addHook("onRequest", (request, reply, done) => admit(guard, request, reply, done));
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    strictTransportSecurity: false,
    referrerPolicy: { policy: "no-referrer" },
  });
  await app.register(swagger, {
    openapi: {
      info: {
        title: "corelens",
        description: "What the dashboard shows, as JSON. Units: ms, bytes, sat, sat/vB.",
        version,
      },
    },
  });
  await app.register(websocket, { options: { maxPayload: MAX_MESSAGE } });
  const find = async (recording?: string): Promise<Hub> =>
    recording === undefined ? hub : shelf.open(recording);
  await app.register(async (live) => addLive(live, find));
  await app.register(async (api) => addApi(api, find));
  await app.register(async (api) => addRecordingsApi(api, shelf));
  await app.register(async (api) =>
    addSetup(api, () => hub.picture.status(), parts.examine ?? null),
  );
  if (routes) await app.register(async (others) => routes(others));
  app.get("/*", { schema: { hide: true } }, (request, reply) => sendPage(pages, request, reply));
  await app.ready();
  return app;
}

function admit(guard: Guard, request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  // Nobody waits for a body that nobody wanted.
  if (hasBody(request) && request.method !== "PUT") reply.header("connection", "close");
  const token = tokenOf(request);
  const refusal = guard.check(request.headers, token);
  if (refusal) {
    // Nobody else ends a connection that wanted to become a WebSocket.
    const { socket } = request.raw;
    if (request.headers.upgrade || hasBody(request))
      reply.raw.once("finish", () => socket.destroySoon());
    if (hasBody(request)) reply.header("connection", "close");
    reply.code(refusal.status).type("text/plain; charset=utf-8").send(`${refusal.message}\n`);
    return;
  }
  if (token !== null && guard.accepts(token) && request.method === "GET") {
    // The token leaves the address, where others could read it.
    reply.header("set-cookie", guard.cookie(token)).redirect(pathOf(request), 303);
    return;
  }
  done();
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function tokenOf({ query }: FastifyRequest): string | null {
  const { token } = query as Record<string, unknown>;
  return typeof token === "string" ? token : null;
}

/** Every path that is no file and not the API's gets the one document: it shows the page, or says that there is none. */
function sendPage(
  pages: ReadonlyMap<string, PageFile>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const path = pathOf(request);
  const isDocument = !path.startsWith("/api/") && !path.startsWith("/assets/");
  const asked = pages.get(path);
  const file = asked ?? (isDocument ? pages.get("/index.html") : undefined);
  if (file === undefined) return reply.code(404).send({ message: "There is no such thing." });
  const isForever = path.startsWith("/assets/");
  reply
    .header("etag", file.etag)
    .header("cache-control", isForever ? "public, max-age=31536000, immutable" : "no-cache")
    .header("vary", "accept-encoding")
    .type(file.type);
  if (asked === undefined && pageOf(path) === null) reply.code(404);
  else if (request.headers["if-none-match"] === file.etag) return reply.code(304).send();
  const packs = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  if (!packs) return reply.send(file.body);
  return reply.header("content-encoding", "gzip").send(file.packed);
}

function pathOf({ url }: FastifyRequest): string {
  // Two slashes would name another host in a redirect.
  return url.split("?", 1)[0]!.replace(/^\/+/, "/");
}
