import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";
import { onTestFinished } from "vitest";
import type { RpcAccess } from "../../src/node/rpc/access.ts";

export const LOGIN = { user: "__cookie__", password: "00".repeat(32) };

/** What an HTTP server was asked. */
export interface Request {
  readonly body: string;
  readonly authorization: string | undefined;
  /** Which of its connections it came through, from 1 on. */
  readonly connection: number;
}

/** A server on this machine that does with a request what a test says; closed after it. */
export async function serveHttp(
  answer: (request: Request, response: ServerResponse) => void,
): Promise<RpcAccess> {
  const connections: Socket[] = [];
  const server = createServer((message: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk) => chunks.push(chunk));
    message.on("end", () =>
      answer(
        {
          body: Buffer.concat(chunks).toString(),
          authorization: message.headers.authorization,
          connection: connections.indexOf(message.socket) + 1,
        },
        response,
      ),
    );
  });
  server.on("connection", (socket) => connections.push(socket));
  return listen(server, connections);
}

/** One that does not speak HTTP of itself. */
export function serveBytes(talk: (socket: Socket) => void): Promise<RpcAccess> {
  const connections: Socket[] = [];
  const server = createTcpServer((socket) => {
    connections.push(socket);
    socket.on("error", () => {});
    talk(socket);
  });
  return listen(server, connections);
}

async function listen(server: Server | TcpServer, connections: Socket[]): Promise<RpcAccess> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of connections) socket.destroy();
  });
  const { port } = server.address() as { port: number };
  return { host: "127.0.0.1", port, ...LOGIN };
}
