import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/**
 * What `npm run test:fast` leaves out: tests that attach, start the built command, a real node or a browser, by their
 * folders, and others that take seconds, by their names.
 */
const SLOW = ["test/{browser,cli,kernel}/**", "test/node/*.test.ts", "**/*.slow.test.ts"];

export default defineConfig(({ mode }) => ({
  // Scripts import #src: the sources themselves here, and their build where a script runs.
  resolve: { alias: { "#src": fileURLToPath(new URL("src", import.meta.url)) } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: mode === "fast" ? SLOW : [],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Tests attach to resources of the kernel that they share, and start processes: two at a time are enough.
    maxWorkers: 2,
    // Only code that runs in the tests' own processes is counted, not commands and workers that they start.
    coverage: { provider: "v8", include: ["src/**/*.ts"], reporter: ["text", "html"] },
  },
}));
