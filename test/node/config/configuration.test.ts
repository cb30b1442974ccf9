import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type NodeStart,
  type RpcConfiguration,
  readConfiguration,
} from "../../../src/node/config/configuration.ts";

/** A node as it was started, with the files that it can read. */
function configured(
  commandLine: string,
  files: Readonly<Record<string, string>> = {},
  rest: Partial<NodeStart> = {},
): RpcConfiguration {
  return readConfiguration({
    commandLine: ["bitcoind", ...commandLine.split(" ").filter((word) => word !== "")],
    workingDirectory: "/srv",
    home: "/home/alice",
    openDirectory: null,
    readFile: (path) => files[path] ?? null,
    ...rest,
  });
}

const CONF = "/home/alice/.bitcoin/bitcoin.conf";
const ports = ({ addresses }: RpcConfiguration) =>
  addresses.map(({ host, port }) => `${host} ${port}`);

describe("without any option, a node", () => {
  it("uses main and the home of its user", () => {
    expect(configured("")).toEqual({
      chain: { name: "main", directory: "", rpcPort: 8332, port: 8333 },
      directory: "/home/alice/.bitcoin",
      isServing: true,
      addresses: [{ host: "127.0.0.1", port: 8332 }],
      peerPorts: [8333, 8334],
      cookieFile: "/home/alice/.bitcoin/.cookie",
      login: null,
    });
  });

  it("keeps its data in / without a home, and in an unknown directory if the home cannot be read", () => {
    expect(configured("", {}, { home: "" }).directory).toBe("/.bitcoin");
    expect(configured("", {}, { home: null })).toMatchObject({ directory: null, cookieFile: null });
  });

  it("keeps its data where its lock file is open, regardless of settings", () => {
    const openDirectory = "/mnt/data/regtest";
    const found = configured("-regtest -datadir=elsewhere", {}, { openDirectory });
    expect(found.cookieFile).toBe("/mnt/data/regtest/.cookie");
    const files = { "/mnt/data/bitcoin.conf": "regtest=1\nrpcport=1\n[regtest]\nrpcport=2" };
    expect(ports(configured("", files, { openDirectory, home: null }))).toEqual(["127.0.0.1 2"]);
  });
});

describe("the network", () => {
  it.each([
    ["-regtest", "regtest", "/regtest", 18443],
    ["--regtest=1", "regtest", "/regtest", 18443],
    ["-testnet", "test", "/testnet3", 18332],
    ["-testnet4", "testnet4", "/testnet4", 48332],
    ["-signet", "signet", "/signet", 38332],
    ["-chain=regtest", "regtest", "/regtest", 18443],
    ["-chain=test", "test", "/testnet3", 18332],
    ["-chain=main", "main", "", 8332],
    ["-regtest=0", "main", "", 8332],
    ["-noregtest", "main", "", 8332],
    ["-noregtest=0", "regtest", "/regtest", 18443],
    ["-regtest -regtest=0", "main", "", 8332],
  ])("is selected by %s", (options, name, directory, port) => {
    const found = configured(options);
    expect(found.chain.name).toBe(name);
    expect(found.directory).toBe(`/home/alice/.bitcoin${directory}`);
    expect(ports(found)).toEqual([`127.0.0.1 ${port}`]);
  });

  it.each([
    ["regtest=1", "regtest"],
    ["chain=signet", "signet"],
    ["testnet=0\ntestnet=1", "test"],
    ["testnet=1\ntestnet=0", "main"],
    ["[main]\nregtest=1", "main"],
  ])("is selected by a file with %j", (file, name) => {
    expect(configured("", { [CONF]: file }).chain.name).toBe(name);
  });

  it("of a file is not overridden by a negation on the command line, as in Core", () => {
    expect(configured("-noregtest", { [CONF]: "regtest=1" }).chain.name).toBe("regtest");
    expect(configured("-regtest=0", { [CONF]: "regtest=1" }).chain.name).toBe("main");
  });
});

describe("a setting", () => {
  const port = (commandLine: string, file: string, stored = "{}") =>
    ports(
      configured(commandLine, {
        [CONF]: file,
        "/home/alice/.bitcoin/settings.json": stored,
        "/home/alice/.bitcoin/regtest/settings.json": stored,
      }),
    )[0];

  it("of the command line overrides settings.json, which overrides a section, which overrides the rest", () => {
    const file = "rpcport=1\n[main]\nrpcport=2\n";
    expect(port("-rpcport=4", file, '{"rpcport":"3"}')).toBe("127.0.0.1 4");
    expect(port("", file, '{"rpcport":"3"}')).toBe("127.0.0.1 3");
    expect(port("", file)).toBe("127.0.0.1 2");
    expect(port("", "rpcport=1")).toBe("127.0.0.1 1");
  });

  it("that is repeated has the last value of a command line and the first value of a file", () => {
    expect(port("-rpcport=1 -rpcport=2", "")).toBe("127.0.0.1 2");
    expect(port("", "rpcport=1\nrpcport=2")).toBe("127.0.0.1 1");
  });

  it("of one network is not read from above the sections, except on main", () => {
    expect(port("-regtest", "rpcport=1")).toBe("127.0.0.1 18443");
    expect(port("-regtest", "rpcport=1\n[regtest]\nrpcport=2\n[signet]\nrpcport=3")).toBe(
      "127.0.0.1 2",
    );
    expect(port("-regtest", "regtest.rpcport=2")).toBe("127.0.0.1 2");
    expect(port("-regtest", "[signet]\nregtest.rpcport=2")).toBe("127.0.0.1 18443");
  });

  it("that is negated discards its earlier values", () => {
    expect(port("-rpcport=1 -norpcport", "rpcport=2")).toBe("127.0.0.1 8332");
    expect(port("-norpcport -rpcport=1", "rpcport=2")).toBe("127.0.0.1 1");
    expect(port("", "rpcport=1\nnorpcport=1\nrpcport=2")).toBe("127.0.0.1 2");
    // Even where a value would not be taken from there.
    expect(port("-regtest", "norpcport=1")).toBe("127.0.0.1 18443");
  });

  it("after the first word of the command line that is not an option is ignored", () => {
    expect(port("-rpcport=1 word -rpcport=2", "")).toBe("127.0.0.1 1");
  });

  it("that is not a valid port does not change the network's default", () => {
    for (const text of ["0", "x", "65536", "-1", ""]) {
      expect(port(`-rpcport=${text}`, "")).toBe("127.0.0.1 8332");
    }
  });
});

describe("a file of settings", () => {
  it("may contain comments, blanks and invalid lines", () => {
    const file = "\ufeff# a comment\n\n  rpcport = 1 # one\r\n-rpcport=2\nrpcport\n=3\n[x\n";
    expect(ports(configured("", { [CONF]: file }))).toEqual(["127.0.0.1 1"]);
  });

  it("is named by -conf, relative to the data directory, or missing", () => {
    const files = {
      "/data/other.conf": "rpcport=1",
      "/etc/b.conf": "rpcport=2",
      [CONF]: "rpcport=3",
    };
    expect(ports(configured("-datadir=/data -conf=other.conf", files))).toEqual(["127.0.0.1 1"]);
    expect(ports(configured("-conf=/etc/b.conf", files))).toEqual(["127.0.0.1 2"]);
    expect(ports(configured("-noconf", files))).toEqual(["127.0.0.1 8332"]);
  });

  it("may move the data directory, and a section only that of its network", () => {
    const moved = configured("-regtest", { [CONF]: "datadir=/mnt" });
    expect(moved.cookieFile).toBe("/mnt/regtest/.cookie");
    const section = { [CONF]: "[regtest]\ndatadir=/mnt" };
    expect(configured("-regtest", section).cookieFile).toBe("/mnt/regtest/.cookie");
    expect(configured("", section).cookieFile).toBe("/home/alice/.bitcoin/.cookie");
  });

  it("includes others, for all networks and for its own, one level deep", () => {
    const files = {
      [CONF]:
        "includeconf=a.conf\n[regtest]\nincludeconf=/etc/b.conf\n[signet]\nincludeconf=c.conf",
      "/home/alice/.bitcoin/a.conf": "rpcuser=alice\nincludeconf=d.conf",
      "/etc/b.conf": "rpcpassword=secret\nregtest.rpcport=5",
      "/home/alice/.bitcoin/c.conf": "regtest.rpcport=6",
      "/home/alice/.bitcoin/d.conf": "regtest.rpcport=7",
    };
    const found = configured("-regtest", files);
    expect(found.login).toEqual({ user: "alice", password: "secret" });
    expect(ports(found)).toEqual(["127.0.0.1 5"]);
    expect(configured("-regtest -noincludeconf", files).login).toBeNull();
  });
});

describe("the address of the RPC server", () => {
  const listens = (options: string, file = "") => ports(configured(options, { [CONF]: file }));

  it("is local, unless remote addresses are allowed", () => {
    expect(listens("-rpcbind=0.0.0.0")).toEqual(["127.0.0.1 8332"]);
    expect(listens("-rpcallowip=10.0.0.0/8")).toEqual(["127.0.0.1 8332"]);
    expect(listens("-rpcbind=0.0.0.0 -rpcallowip=10.0.0.0/8")).toEqual(["0.0.0.0 8332"]);
  });

  it("may consist of several addresses with ports of their own", () => {
    const file =
      "rpcallowip=::/0\n[main]\nrpcport=9\nrpcbind=[::1]:10\nrpcbind=::1\nrpcbind=10.0.0.1:11\nrpcbind=host";
    expect(listens("", file)).toEqual(["::1 10", "::1 9", "10.0.0.1 11", "host 9"]);
  });

  it("includes those of a file if the command line continues after a negation, as in Core", () => {
    const file = "rpcallowip=1.2.3.4\nrpcbind=c";
    expect(listens("-rpcbind=a -norpcbind -rpcbind=b", file)).toEqual(["b 8332", "c 8332"]);
    expect(listens("-norpcbind", file)).toEqual(["127.0.0.1 8332"]);
    expect(listens("-rpcbind=a", file)).toEqual(["a 8332", "c 8332"]);
  });

  it("does not exist with -server=0, which is the default of bitcoin-qt", () => {
    expect(configured("-server=0").isServing).toBe(false);
    expect(configured("-noserver").isServing).toBe(false);
    const commandLine = ["/usr/bin/bitcoin-qt"];
    expect(configured("", {}, { commandLine }).isServing).toBe(false);
    expect(configured("", {}, { commandLine: [...commandLine, "-server"] }).isServing).toBe(true);
  });

  it("is not a port for peers", () => {
    expect(configured("-port=5000 -bind=127.0.0.1:6000=onion -bind=[::]:7000").peerPorts).toEqual([
      5000, 5001, 6000, 7000,
    ]);
  });
});

describe("the RPC credentials", () => {
  it("are the cookie at the configured path", () => {
    const cookie = (options: string) => configured(options).cookieFile;
    expect(cookie("-datadir=data -regtest")).toBe("/srv/data/regtest/.cookie");
    expect(cookie("-rpccookiefile=/run/cookie")).toBe("/run/cookie");
    expect(cookie("-regtest -rpccookiefile=../c")).toBe("/home/alice/.bitcoin/c");
    expect(cookie("-norpccookiefile")).toBeNull();
  });

  it("are a user and a password if a password is set", () => {
    expect(configured("-rpcuser=alice").login).toBeNull();
    expect(configured("-rpcuser=alice -rpcpassword=a=b").login).toEqual({
      user: "alice",
      password: "a=b",
    });
    expect(configured("-rpcpassword=x").login).toEqual({ user: "", password: "x" });
  });
});

it("a configuration is read from any input without an error", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("-regtest", "-chain=x", "-datadir", "-conf=", "-rpcbind=[", "-rpcallowip=1"),
  );
  const file = fc.array(
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        "[regtest]",
        "includeconf=a",
        "rpcport=1",
        "__proto__=1",
        "[__proto__]",
        "a=b",
      ),
    ),
  );
  fc.assert(
    fc.property(fc.array(word), file, (commandLine, lines) => {
      const found = readConfiguration({
        commandLine,
        workingDirectory: null,
        home: "/",
        openDirectory: null,
        readFile: () => lines.join("\n"),
      });
      expect(found.addresses.length).toBeGreaterThan(0);
      for (const { port } of found.addresses) expect(port).toBeGreaterThan(0);
    }),
  );
});
