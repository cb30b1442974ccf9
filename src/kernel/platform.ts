import { arch, platform } from "node:process";

/** True where tracing can work at all; reading binaries and simulating work everywhere. */
export const isTraceable = platform === "linux" && (arch === "x64" || arch === "arm64");
