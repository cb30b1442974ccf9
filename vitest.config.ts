import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // What scripts import is src itself here, and its build where they run.
  resolve: { alias: { "#src": fileURLToPath(new URL("src", import.meta.url)) } },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Tests attach to shared things of the kernel and start processes: two at a time suffice.
    maxWorkers: 2,
  },
});
