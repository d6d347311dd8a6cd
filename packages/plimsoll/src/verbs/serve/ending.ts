import type { Turns } from "../../gateway/hot/turns.ts";
import { CUT_MS } from "../../gateway/server/drain.ts";
import type { RunningServer } from "../../gateway/server/server.ts";
import type { ServeLog } from "./log.ts";

/** How a server comes to its end: not ready first, then no more requests, then no more time for those that run. */
export class Ending {
  readonly #turns: Turns;
  readonly #log: ServeLog;
  #phase: "serving" | "leaving" | "ending" = "serving";

  constructor(turns: Turns, log: ServeLog) {
    this.#turns = turns;
    this.#log = log;
  }

  /** True from the first moment on: balancers look elsewhere, and connections are not kept. */
  get hasBegun(): boolean {
    return this.#phase !== "serving";
  }

  /** True once no more requests are taken. */
  get isClosed(): boolean {
    return this.#phase === "ending";
  }

  /** Says that it is to end. */
  begin(): void {
    this.#phase = "leaving";
    this.#log("info", "draining", { running: this.#turns.size });
  }

  /** Waits for balancers and for what runs, and cuts what is left. */
  async drain(
    running: RunningServer,
    times: { readonly drainLagMs: number; readonly drainMs: number },
  ): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, times.drainLagMs));
    this.#phase = "ending";
    let cut = 0;
    await running.drain(times.drainMs, async () => {
      cut = this.#turns.cut();
      await this.#turns.ended(CUT_MS);
    });
    await this.#turns.ended(CUT_MS);
    this.#log(cut === 0 ? "info" : "warn", "drained", { cut });
  }
}
