/**
 * Installs the Debian packages that tests compare with or build their targets with, when this user may, and
 * otherwise names what is missing: those tests are skipped then, and say so.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** What each package is for; a package counts as there when its file is. */
const PACKAGES = [
  { name: "binutils", file: "/usr/bin/readelf", use: "comparing with readelf" },
  { name: "gdb", file: "/usr/bin/gdb", use: "comparing with gdb" },
  { name: "bpftrace", file: "/usr/bin/bpftrace", use: "tracing side by side with bpftrace" },
  { name: "bpfcc-tools", file: "/usr/sbin/tplist-bpfcc", use: "comparing with tplist" },
  { name: "gcc", file: "/usr/bin/gcc", use: "building programs to trace" },
  { name: "g++", file: "/usr/bin/g++", use: "building programs to trace" },
  { name: "libc6-dev", file: "/usr/include/stdlib.h", use: "building programs to trace" },
  {
    name: "systemtap-sdt-dev",
    file: "/usr/include/x86_64-linux-gnu/sys/sdt.h",
    use: "building programs to trace",
  },
  { name: "capnproto", file: "/usr/bin/capnp", use: "comparing with Cap'n Proto" },
  { name: "libcapnp-dev", file: "/usr/include/capnp/ez-rpc.h", use: "talking to Cap'n Proto" },
  { name: "tmux", file: "/usr/bin/tmux", use: "driving a real terminal" },
  { name: "prometheus", file: "/usr/bin/promtool", use: "asking a real Prometheus" },
  { name: "util-linux", file: "/usr/bin/setpriv", use: "running without rights" },
];

const missing = () => PACKAGES.filter(({ file }) => !existsSync(file));

const wanted = missing().map(({ name }) => name);
if (wanted.length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { env, stdio: "ignore" });
  try {
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...wanted], {
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
  } catch {
    // What could not be installed is named below.
  }
}
for (const { name, use } of missing()) {
  console.warn(`test packages: ${name} is not installed; skipping ${use}`);
}
