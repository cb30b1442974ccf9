import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfiguration } from "../../src/node/config/configuration.ts";
import { homeInPasswd, lockedDirectory } from "../../src/node/process/node-start.ts";
import { chooseAddress, isDirectoryOf, locateRpcIn } from "../../src/node/rpc/rpc-location.ts";
import { temporaryDirectory } from "../helpers/compile.ts";

const configuration = (...options: string[]) =>
  readConfiguration({
    commandLine: ["bitcoind", ...options],
    ...{ workingDirectory: null, home: "/home/alice", openDirectory: null },
    readFile: () => null,
  });

/** `127.0.0.1:8332` */
const sockets = (...texts: string[]) =>
  texts.map((text) => {
    const at = text.lastIndexOf(":");
    return { host: text.slice(0, at), port: Number(text.slice(at + 1)), inode: "1" };
  });

describe("among the sockets on which a node listens,", () => {
  const chosen = (options: string[], ...texts: string[]) => {
    const address = chooseAddress(configuration(...options), sockets(...texts));
    return address && `${address.host} ${address.port}`;
  };

  it("the one with the configured port is used", () => {
    expect(chosen([], "0.0.0.0:8333", "127.0.0.1:8332", "::1:8332")).toBe("127.0.0.1 8332");
    expect(chosen(["-rpcport=5"], "0.0.0.0:8333", "::1:5")).toBe("::1 5");
  });

  it("a wildcard address is replaced by the loopback address", () => {
    expect(chosen([], "0.0.0.0:8332")).toBe("127.0.0.1 8332");
    expect(chosen([], ":::8332")).toBe("::1 8332");
    expect(chosen([], "10.0.0.1:8332")).toBe("10.0.0.1 8332");
    expect(chosen([], "10.0.0.1:8332", "0.0.0.0:8332")).toBe("127.0.0.1 8332");
  });

  it("the only one that is not for peers is used if the settings changed since the start", () => {
    expect(chosen(["-rpcport=5"], "0.0.0.0:8333", "127.0.0.1:8334", "127.0.0.1:8332")).toBe(
      "127.0.0.1 8332",
    );
    expect(chosen(["-rpcport=5"], "127.0.0.1:6", "::1:6")).toBe("127.0.0.1 6");
  });

  it("none is used if several are possible, or if the server is off", () => {
    expect(chosen(["-rpcport=5"], "127.0.0.1:6", "127.0.0.1:7")).toBeNull();
    expect(chosen(["-server=0"], "127.0.0.1:28332")).toBeNull();
    expect(chosen([], "0.0.0.0:8333")).toBeNull();
    expect(chosen([])).toBeNull();
  });

  it("the configured one is used if the sockets cannot be read", () => {
    expect(chooseAddress(configuration("-rpcport=5"), null)).toEqual({
      host: "127.0.0.1",
      port: 5,
    });
    const open = configuration("-rpcbind=0.0.0.0:7", "-rpcallowip=10.0.0.0/8");
    expect(chooseAddress(open, null)).toEqual({ host: "127.0.0.1", port: 7 });
  });
});

describe("a data directory", () => {
  const parent = temporaryDirectory();
  it("belongs to a node if it is the network's directory or its parent", () => {
    const regtest = configuration("-regtest", "-datadir=/data");
    expect(isDirectoryOf("/data", regtest)).toBe(true);
    expect(isDirectoryOf("/data/regtest", regtest)).toBe(true);
    expect(isDirectoryOf("/data/signet", regtest)).toBe(false);
    expect(isDirectoryOf("/", regtest)).toBe(false);
  });

  it("is found by the lock file that a node holds open in it", () => {
    const files = ["/dev/null", "socket:[1]", "/mnt/blocks/.lock", "/data/regtest/.lock"];
    expect(lockedDirectory(files)).toBe("/data/regtest");
    expect(lockedDirectory(files.slice(0, 3))).toBeNull();
  });

  it("shows by its cookie the network of a node that is not visible", () => {
    const directory = mkdtempSync(join(parent, "chain-"));
    const chain = (path: string) => locateRpcIn(path).configuration.chain.name;
    expect(chain(directory)).toBe("main");
    mkdirSync(join(directory, "signet"));
    expect(chain(join(directory, "signet"))).toBe("signet");
    writeFileSync(join(directory, "signet", ".cookie"), `__cookie__:${"a".repeat(64)}`);
    expect(chain(directory)).toBe("signet");
    expect(locateRpcIn(directory).address()).toEqual({ host: "127.0.0.1", port: 38332 });
    expect(locateRpcIn(directory).readLogin().password).toBe("a".repeat(64));
    writeFileSync(join(directory, ".cookie"), `__cookie__:${"b".repeat(64)}`);
    expect(chain(directory)).toBe("main");
  });

  it("without a cookie is reported", () => {
    const directory = mkdtempSync(join(parent, "none-"));
    const refused = (code: string, text: string) =>
      expect.objectContaining({ code, message: expect.stringContaining(text) });
    const login = () => locateRpcIn(directory).readLogin();
    expect(login).toThrow(
      refused("RPC_UNREACHABLE", `the cookie ${directory}/.cookie does not exist`),
    );
    writeFileSync(join(directory, "bitcoin.conf"), "norpccookiefile=1");
    expect(login).toThrow(refused("RPC_NO_CREDENTIALS", "writes no cookie"));
    writeFileSync(join(directory, "bitcoin.conf"), "rpcuser=alice\nrpcpassword=secret");
    expect(login()).toEqual({ user: "alice", password: "secret" });
  });
});

it("the home of a user is read from passwd", () => {
  const passwd = "root:x:0:0:root:/root:/bin/sh\nbitcoin:x:998:998::/var/lib/bitcoind:/bin/false\n";
  expect(homeInPasswd(passwd, 998)).toBe("/var/lib/bitcoind");
  expect(homeInPasswd(passwd, 1)).toBeNull();
});
