import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "tools/**/*.test.ts", "bench/**/*.test.ts"],
          // Processes, not threads: some tests start threads of their own and end them while they work.
          pool: "forks",
          isolate: false,
          // Some start a worker or a program: on a busy machine that alone takes seconds.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "house",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/e2e/**"],
          pool: "threads",
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          pool: "forks",
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
