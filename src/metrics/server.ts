import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { AccessToken, bearerOf } from "../util/access-token.ts";
import { addressOf, cannotListen, isOwnHost } from "../util/http-server.ts";
import { isLoopback } from "../util/loopback.ts";
import { CONTENT_TYPE } from "./exposition.ts";

export interface MetricsServerOptions {
  readonly listen: string;
  /** 0 selects a free port. */
  readonly port: number;
  /** The token that clients must send; null for no token. */
  readonly token: string | null;
}

/** Prometheus sends one request at a time. */
const MAX_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_HEADERS = 8192;

interface ScrapeAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Serves /metrics and redirects / to it; every other path is 404. */
export class MetricsServer {
  readonly #server: Server;
  readonly #names: ReadonlySet<string>;
  readonly #token: AccessToken | null;
  readonly #options: MetricsServerOptions;
  readonly #collect: () => Promise<string>;

  constructor(options: MetricsServerOptions, collect: () => Promise<string>) {
    const { listen, token } = options;
    const own = isLoopback(listen) ? [] : [listen, hostname()];
    this.#names = new Set(["localhost", ...own].map((name) => name.toLowerCase()));
    this.#token = token === null ? null : new AccessToken(token);
    this.#options = options;
    this.#collect = collect;
    const limits = { maxHeaderSize: MAX_HEADERS, requestTimeout: REQUEST_TIMEOUT_MS };
    this.#server = createServer(limits, (request, response) => void this.#serve(request, response));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /**
   * Starts the server.
   * @returns the address to scrape
   * @throws CorelensError ADDRESS_UNUSABLE
   */
  async listen(): Promise<string> {
    const { listen, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (cause) => reject(cannotListen(listen, port, cause)));
      this.#server.listen(port, listen, resolve);
    });
    const { port: chosen } = this.#server.address() as AddressInfo;
    return `${addressOf(listen, chosen)}/metrics`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body, headers = {} } = await this.#answer(request);
    response.writeHead(status, {
      "Content-Type": status === 200 ? CONTENT_TYPE : "text/plain; charset=utf-8",
      "Content-Length": Buffer.byteLength(body),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...headers,
    });
    response.end(request.method === "HEAD" ? undefined : body);
  }

  async #answer({ method, url = "", headers }: IncomingMessage): Promise<ScrapeAnswer> {
    if (!isOwnHost(headers.host, this.#names)) return { status: 421, body: "Host not allowed\n" };
    const [path] = url.split("?", 1);
    if (path === "/") {
      return { status: 302, body: "Metrics are at /metrics\n", headers: { Location: "/metrics" } };
    }
    if (path !== "/metrics") return { status: 404, body: "Not found: metrics are at /metrics\n" };
    if (method !== "GET" && method !== "HEAD") {
      return { status: 405, body: "Method not allowed\n", headers: { Allow: "GET, HEAD" } };
    }
    if (this.#token?.accepts(bearerOf(headers)) === false) {
      const body = "A token is required: Authorization: Bearer TOKEN\n";
      return { status: 401, body, headers: { "WWW-Authenticate": "Bearer" } };
    }
    return { status: 200, body: await this.#collect() };
  }
}
