import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { addressText } from "../../../src/node/rpc/access.ts";
import { readCookie } from "../../../src/node/rpc/cookie.ts";
import { parseRpcUrl } from "../../../src/node/rpc/url.ts";
import { temporaryDirectory } from "../../helpers/compile.ts";

describe("the address of an RPC server", () => {
  it.each([
    ["http://127.0.0.1:8332", "127.0.0.1:8332", null],
    ["http://127.0.0.1:8332/", "127.0.0.1:8332", null],
    ["http://node", "node:8332", null],
    ["http://node:80", "node:80", null],
    ["http://[::1]:18443", "[::1]:18443", null],
    ["http://alice:a%3Ab@node:1", "node:1", { user: "alice", password: "a:b" }],
    ["http://alice:100%@node:1", "node:1", { user: "alice", password: "100%" }],
    ["http://alice@node:1", "node:1", null],
  ])("is read from %s", (url, text, login) => {
    const parsed = parseRpcUrl(url);
    expect(addressText(parsed.address)).toBe(text);
    expect(parsed.login).toEqual(login);
  });

  it.each(["", "127.0.0.1:8332", "https://node", "file:///etc/passwd", "http://", "http://a:x"])(
    "is not %j",
    (url) => {
      expect(() => parseRpcUrl(url)).toThrow(expect.objectContaining({ code: "USAGE" }));
    },
  );

  it("that is invalid is reported without its password", () => {
    expect(() => parseRpcUrl("https://alice:secret@node")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("secret") }),
    );
  });
});

describe("a cookie", () => {
  const path = join(temporaryDirectory(), ".cookie");
  const written = (text: string) => {
    writeFileSync(path, text);
    return () => readCookie(path, "/shown");
  };
  const password = "0123456789abcdef".repeat(4);

  it("holds the user and the password that a node wrote", () => {
    expect(written(`__cookie__:${password}`)()).toEqual({ user: "__cookie__", password });
  });

  it.each(["", "__cookie__:", `root:${password}`, `__cookie__:${password}0`, "root:$6$x:1:2"])(
    "cannot be %j, so corelens never sends the content of another file",
    (text) => {
      expect(written(text)).toThrow(
        expect.objectContaining({
          code: "RPC_NO_CREDENTIALS",
          message: "/shown is not the cookie of a node",
        }),
      );
    },
  );

  it("that is missing or unreadable is reported by the node's path of it", () => {
    expect(() => readCookie("/nowhere", "/shown")).toThrow(
      expect.objectContaining({
        code: "RPC_UNREACHABLE",
        message: expect.stringContaining("the cookie /shown does not exist"),
      }),
    );
    expect(() => readCookie("/", "/shown")).toThrow("the cookie /shown cannot be read");
  });
});
