/**
 * Installs the Debian packages whose tools the tests compare with or build with, as root. Otherwise it names the missing
 * ones; the tests that need them are skipped and give the reason.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

interface Package {
  readonly name: string;
  /** A file of it, which exists when the package is installed. */
  readonly file: string;
  readonly use: string;
}

const PACKAGES: readonly Package[] = [
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
  { name: "libcapnp-dev", file: "/usr/include/capnp/ez-rpc.h", use: "building a Cap'n Proto peer" },
  { name: "chromium", file: "/usr/bin/chromium", use: "testing the dashboard in a browser" },
  { name: "tmux", file: "/usr/bin/tmux", use: "testing in a real terminal" },
  { name: "prometheus", file: "/usr/bin/promtool", use: "testing with a real Prometheus" },
  { name: "util-linux", file: "/usr/bin/setpriv", use: "running without privileges" },
];

const missingPackages = () => PACKAGES.filter(({ file }) => !existsSync(file));

const wanted = missingPackages().map(({ name }) => name);
if (wanted.length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { env, stdio: "ignore" });
  try {
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...wanted], {
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
  } catch {
    // The loop below names the packages that are still missing.
  }
}
for (const { name, use } of missingPackages()) {
  console.warn(`${name} is not installed; skipped: ${use}`);
}
