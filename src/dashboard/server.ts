import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { answerErrors } from "./answer-error.ts";
import { addApi } from "./api.ts";
import { MAX_MESSAGE } from "./command.ts";
import { Guard } from "./guard.ts";
import type { Hub } from "./hub.ts";
import { addLive } from "./live.ts";
import type { PageFile } from "./pages.ts";
import { pageOf } from "./protocol/pages.ts";
import type { RecordingCache } from "./recording-cache.ts";
import { addRecordingsApi } from "./recordings-api.ts";
import { addSetup, type Examine } from "./setup-api.ts";

/** The parts of the server. */
export interface ServerParts {
  /** The token that browsers need; null when they need none. */
  readonly token: string | null;
  readonly pages: ReadonlyMap<string, PageFile>;
  /** The hub of the live subject. */
  readonly hub: Hub;
  readonly recordings: RecordingCache;
  readonly version: string;
  /** Examines what tracing needs; omitted where another process traces and sees more. */
  readonly examine?: Examine;
  /** Adds further routes, such as metrics, with the same access check. */
  readonly routes?: (app: FastifyInstance) => void | Promise<void>;
}

/** Pages may load only what this server serves; inline scripts and styles are not allowed. */
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

/** Of all browsers together: a thousand open pages and their requests. */
const MAX_CONNECTIONS = 2000;
/** Long enough for uploads, the only requests with a large body. */
const MAX_REQUEST_MS = 3_600_000;
const MAX_HEADERS_MS = 10_000;
/** Live data is compressed for browsers on other machines. Without context, a connection keeps no memory for it. */
const DEFLATE = {
  threshold: 1024,
  concurrencyLimit: 2,
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
};
/** Maximum length of a file name. */
const MAX_PARAMETER = 255;

/** Creates the server of pages, API and live data, ready to listen. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const { hub, recordings, pages, version, routes } = parts;
  const guard = new Guard(parts.token);
  const app = fastify({
    bodyLimit: 1024,
    requestTimeout: MAX_REQUEST_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: MAX_PARAMETER },
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  app.server.headersTimeout = MAX_HEADERS_MS;
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
        description:
          "What the dashboard shows, as JSON. Units unless a name has one: ms, bytes, sat, sat/vB.",
        version,
      },
    },
  });
  await app.register(websocket, {
    options: { maxPayload: MAX_MESSAGE, perMessageDeflate: DEFLATE },
  });
  const find = async (recording?: string): Promise<Hub> =>
    recording === undefined ? hub : recordings.open(recording);
  await app.register(async (live) => addLive(live, find));
  await app.register(async (api) => addApi(api, find));
  await app.register(async (api) => addRecordingsApi(api, recordings));
  await app.register(async (api) => addSetup(api, () => hub.model.status(), parts.examine ?? null));
  app.get("/api/openapi.json", { schema: { summary: "This description" } }, () => app.swagger());
  if (routes) await app.register(async (others) => routes(others));
  app.get("/*", { schema: { hide: true } }, (request, reply) => sendPage(pages, request, reply));
  await app.ready();
  return app;
}

function admit(guard: Guard, request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  // The body of a request that takes none is not read.
  if (hasBody(request) && request.method !== "PUT") reply.header("connection", "close");
  const token = tokenOf(request);
  const denial = guard.check(request.headers, token);
  if (denial) {
    // A refused WebSocket upgrade has no other code that closes its connection.
    const { socket } = request.raw;
    if (request.headers.upgrade || hasBody(request))
      reply.raw.once("finish", () => socket.destroySoon());
    if (hasBody(request)) reply.header("connection", "close");
    reply.code(denial.status).type("text/plain; charset=utf-8").send(`${denial.message}\n`);
    return;
  }
  if (token !== null && guard.accepts(token) && request.method === "GET") {
    // The redirect removes the token from the address, where it could be seen.
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

/** Sends a file; for every other path outside the API the one document, which shows the page or that there is none. */
function sendPage(
  pages: ReadonlyMap<string, PageFile>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const path = pathOf(request);
  const isDocument = !path.startsWith("/api/") && !path.startsWith("/assets/");
  const found = pages.get(path);
  const file = found ?? (isDocument ? pages.get("/index.html") : undefined);
  if (file === undefined) return reply.code(404).send({ message: "Not found" });
  const isImmutable = path.startsWith("/assets/");
  reply
    .header("etag", file.etag)
    .header("cache-control", isImmutable ? "public, max-age=31536000, immutable" : "no-cache")
    .header("vary", "accept-encoding")
    .type(file.type);
  if (found === undefined && pageOf(path) === null) reply.code(404);
  else if (request.headers["if-none-match"] === file.etag) return reply.code(304).send();
  const acceptsGzip = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  if (!acceptsGzip) return reply.send(file.body);
  return reply.header("content-encoding", "gzip").send(file.packed);
}

function pathOf({ url }: FastifyRequest): string {
  // A redirect to a path with two slashes would lead to another host.
  return url.split("?", 1)[0]!.replace(/^\/+/, "/");
}
