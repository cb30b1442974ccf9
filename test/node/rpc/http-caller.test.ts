import type { ServerResponse } from "node:http";
import { expect, it, onTestFinished, vi } from "vitest";
import type { ErrorCode } from "../../../src/errors.ts";
import type { RpcAccess } from "../../../src/node/rpc/access.ts";
import { HttpCaller } from "../../../src/node/rpc/http-caller.ts";
import { LOGIN, type Request, serveBytes, serveHttp } from "../../helpers/hostile-server.ts";

function callerOf(access: RpcAccess, timeoutMs?: number): HttpCaller {
  const caller = new HttpCaller(() => access, timeoutMs);
  onTestFinished(() => caller.close());
  return caller;
}

const refusal = (code: ErrorCode, message: RegExp | string) =>
  expect.objectContaining({
    code,
    message: typeof message === "string" ? expect.stringContaining(message) : message,
  });

const say = (response: ServerResponse, answer: unknown, status = 200): void => {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
};

interface JsonCall {
  readonly id: number;
  readonly method: string;
  readonly params: unknown[];
}

/** Answers every call with its own method and parameters, as a node does: the answers to a batch in any order. */
function echo({ body }: Request, response: ServerResponse): void {
  const calls = JSON.parse(body) as JsonCall | JsonCall[];
  const answer = ({ id, method, params }: JsonCall) => ({ id, result: [method, ...params] });
  say(response, Array.isArray(calls) ? calls.map(answer).reverse() : answer(calls));
}

it("the caller sends method and parameters with the given credentials", async () => {
  const requests: Request[] = [];
  const access = await serveHttp((request, response) => {
    requests.push(request);
    echo(request, response);
  });
  const caller = callerOf(access);
  expect(caller.address).toBeNull();
  expect(await caller.call("estimatesmartfee", [6])).toEqual(["estimatesmartfee", 6]);
  expect(caller.address).toBe(`127.0.0.1:${access.port}`);
  expect(JSON.parse(requests[0]!.body)).toEqual({
    ...{ jsonrpc: "2.0", id: 0 },
    ...{ method: "estimatesmartfee", params: [6] },
  });
  const basic = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64");
  expect(requests[0]!.authorization).toBe(`Basic ${basic}`);
});

it("the caller sends calls of the same turn in one request, over one connection", async () => {
  const requests: Request[] = [];
  const caller = callerOf(
    await serveHttp((request, response) => {
      requests.push(request);
      echo(request, response);
    }),
  );
  const results = await Promise.all([caller.call("a"), caller.call("b", [1]), caller.call("c")]);
  expect(results).toEqual([["a"], ["b", 1], ["c"]]);
  await caller.call("d");
  expect(requests.map(({ connection }) => connection)).toEqual([1, 1]);
});

it("a failed call of a batch does not affect the other calls", async () => {
  const caller = callerOf(
    await serveHttp((_, response) =>
      say(response, [
        { id: 0, result: null, error: { code: -32601, message: "Method not found" } },
        { id: 1, result: 7 },
      ]),
    ),
  );
  const [a, b, c] = await Promise.allSettled([
    caller.call("a"),
    caller.call("b"),
    caller.call("c"),
  ]);
  expect(a).toMatchObject({ reason: { code: "RPC_REFUSED", rpcCode: -32601 } });
  expect(b).toMatchObject({ value: 7 });
  expect(c).toMatchObject({ reason: { code: "RPC_ANSWER_INVALID" } });
});

it("the caller sends calls one by one if the whitelist does not allow the whole batch", async () => {
  const caller = callerOf(
    await serveHttp((request, response) => {
      if (request.body.includes("forbidden")) response.writeHead(403).end();
      else echo(request, response);
    }),
  );
  const [a, b] = await Promise.allSettled([caller.call("a"), caller.call("forbidden")]);
  expect(a).toMatchObject({ value: ["a"] });
  expect(b).toMatchObject({ reason: refusal("RPC_FORBIDDEN", "does not allow forbidden") });
});

it("the caller accepts answers of JSON-RPC 1.0, with their HTTP status", async () => {
  const caller = callerOf(
    await serveHttp(({ body }, response) => {
      const error = { code: -28, message: "Verifying blocks…" };
      if (body.includes('"a"')) say(response, { result: 1, error: null, id: 0 });
      else say(response, { result: null, error, id: 0 }, 500);
    }),
  );
  expect(await caller.call("a")).toBe(1);
  await expect(caller.call("b")).rejects.toThrow(
    refusal("RPC_NOT_READY", "b: Verifying blocks… (-28)"),
  );
});

it.each([
  [401, "RPC_UNAUTHORIZED", "does not accept the cookie"],
  [403, "RPC_FORBIDDEN", "does not allow uptime"],
  [503, "RPC_NOT_READY", "accepts no more calls at present"],
  [200, "RPC_ANSWER_INVALID", "has status 200 and is not JSON"],
  [302, "RPC_ANSWER_INVALID", "has status 302 and is not JSON"],
  [404, "RPC_ANSWER_INVALID", "has status 404 and is not JSON"],
] as const)("tells what status %i means", async (status, code, message) => {
  const caller = callerOf(
    await serveHttp((_, response) =>
      response.writeHead(status, { Location: "http://127.0.0.1:1/" }).end("<html>"),
    ),
  );
  await expect(caller.call("uptime")).rejects.toThrow(refusal(code, message));
});

it.each([
  "null",
  "7",
  "[]",
  '"text"',
  "{}",
  '{"error":null}',
  '{"error":"text","result":1}',
  "[[[[[[",
  '{"id":0,"result":1',
])("the caller rejects the answer %s", async (text) => {
  const caller = callerOf(await serveHttp((_, response) => response.end(text)));
  await expect(caller.call("a")).rejects.toThrow(refusal("RPC_ANSWER_INVALID", ""));
  const both = await Promise.allSettled([caller.call("a"), caller.call("b")]);
  for (const one of both) expect(one).toMatchObject({ reason: { code: "RPC_ANSWER_INVALID" } });
});

it("the caller truncates a long error message of the node", async () => {
  const error = { code: -1, message: "x".repeat(1e6) };
  const caller = callerOf(await serveHttp((_, response) => say(response, { error, id: 0 })));
  const failure = (await caller.call("a").catch((error) => error)) as Error;
  expect(failure.message.length).toBeLessThan(400);
});

it.each([
  ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n", "RPC_ANSWER_INVALID"],
  ["endless headers", `HTTP/1.1 200 OK\r\nA: ${"x".repeat(100_000)}`, "RPC_ANSWER_INVALID"],
  ["a truncated answer", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "RPC_UNREACHABLE"],
  ["nothing", "", "RPC_UNREACHABLE"],
  ["a change of protocol", "HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n", "RPC_ANSWER_INVALID"],
] as const)("the caller reports an error for %s", async (_, bytes, code) => {
  const access = await serveBytes((socket) => socket.once("data", () => socket.end(bytes)));
  await expect(callerOf(access).call("a")).rejects.toThrow(refusal(code, ""));
});

it("the caller stops waiting for an endless or missing answer", async () => {
  const trickling = await serveHttp((_, response) => {
    response.write("[");
    const timer = setInterval(() => response.write(" "), 5);
    response.on("close", () => clearInterval(timer));
  });
  const silent = await serveBytes(() => {});
  for (const access of [trickling, silent]) {
    await expect(callerOf(access, 100).call("a")).rejects.toThrow(
      refusal("RPC_NOT_READY", "did not reply within 0.1 s"),
    );
  }
});

it("the caller does not repeat a call that timed out on a reused connection", async () => {
  let asked = 0;
  const access = await serveHttp((request, response) => {
    if (++asked === 1) echo(request, response);
  });
  const caller = callerOf(access, 100);
  await caller.call("a");
  await expect(caller.call("b")).rejects.toThrow(refusal("RPC_NOT_READY", ""));
  await expect(caller.call("c")).rejects.toThrow(refusal("RPC_NOT_READY", ""));
  expect(asked).toBe(3);
});

it("the caller rejects an answer that is too large", async () => {
  let sent = 0;
  const access = await serveHttp((_, response) => {
    const chunk = Buffer.alloc(1 << 20, " ");
    const more = (): void => {
      while (!response.destroyed) {
        sent += chunk.length;
        if (!response.write(chunk)) return void response.once("drain", more);
      }
    };
    more();
  });
  await expect(callerOf(access).call("a")).rejects.toThrow(
    refusal("RPC_ANSWER_INVALID", "exceeds 32 MiB"),
  );
  expect(sent).toBeLessThan(64 << 20);
});

it("the caller locates the node again when its cookie is no longer accepted, and repeats the call", async () => {
  let password = "a";
  const access = await serveHttp((request, response) => {
    const basic = Buffer.from(`u:${password}`).toString("base64");
    if (request.authorization === `Basic ${basic}`) echo(request, response);
    else response.writeHead(401).end();
  });
  const find = vi.fn(() => ({ ...access, user: "u", password }));
  const caller = new HttpCaller(find);
  await caller.call("a");
  await caller.call("b");
  expect(find).toHaveBeenCalledTimes(1);
  password = "c";
  expect(await caller.call("d")).toEqual(["d"]);
  expect(find).toHaveBeenCalledTimes(2);
  caller.close();
});

it("the caller locates the node again when its address changes, and reports if it is not found", async () => {
  let answered = false;
  const first = await serveHttp((_, response) => {
    if (answered) response.socket?.resetAndDestroy();
    else say(response, { id: 0, result: 1 });
    answered = true;
  });
  const second = await serveHttp(echo);
  const places = [first, { ...first, port: 1 }, second];
  const caller = callerOf(first);
  const moving = new HttpCaller(() => places.shift()!);
  expect(await moving.call("a")).toBe(1);
  await expect(moving.call("b")).rejects.toThrow(refusal("RPC_UNREACHABLE", "127.0.0.1:1 "));
  expect(await moving.call("c")).toEqual(["c"]);
  moving.close();
  await expect(caller.call("d")).rejects.toThrow(refusal("RPC_UNREACHABLE", ""));
});

it("the caller repeats a call over a new connection when the node closed an idle one", async () => {
  const connections: number[] = [];
  const access = await serveHttp((request, response) => {
    connections.push(request.connection);
    const { socket } = response;
    echo(request, response);
    // The node's time-out for idle connections, as it is used again.
    if (request.connection === 1) socket?.once("data", () => socket.resetAndDestroy());
  });
  const find = vi.fn(() => access);
  const caller = new HttpCaller(find);
  await caller.call("a");
  expect(await caller.call("b")).toEqual(["b"]);
  expect(connections.at(-1)).toBe(2);
  expect(find).toHaveBeenCalledTimes(1);
  caller.close();
});

it("the caller reports that nothing listens, and passes on the reason why no node is found", async () => {
  const caller = callerOf({ host: "127.0.0.1", port: 1, ...LOGIN });
  await expect(caller.call("a")).rejects.toThrow(
    refusal("RPC_UNREACHABLE", "127.0.0.1:1 cannot be reached: connection refused"),
  );
  const lost = new HttpCaller(() => Promise.reject(new Error("lost")));
  await expect(Promise.all([lost.call("a"), lost.call("b")])).rejects.toThrow("lost");
});
