import { arch, platform } from "node:process";

/** Whether this platform supports tracing. Reading binaries and simulating work everywhere. */
export const isTraceable = platform === "linux" && (arch === "x64" || arch === "arm64");
