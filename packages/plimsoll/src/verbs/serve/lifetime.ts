import { join } from "node:path";

import { recoverRequests } from "../../gateway/recover.ts";
import { makeServer, type RunningServer } from "../../gateway/server/server.ts";
import { reasonOf } from "../../kernel/error.ts";
import { openAddresses } from "./addresses.ts";
import type { Admitted } from "./admission.ts";
import { openParts, type Ground, type Parts, type ServeOptions } from "./parts.ts";
import type { Reloading } from "./reloading.ts";
import { openReloading, swapIn } from "./swapping.ts";

/** Milliseconds between two looks for what another process changed, and at the files of the configuration. */
const POLL_MS = 1_000;

/** A gateway from its opening to its end. */
export class Lifetime {
  readonly parts: Parts;
  readonly reloading: Reloading;
  readonly #poll: NodeJS.Timeout;
  #running: RunningServer | undefined;

  private constructor(parts: Parts) {
    this.parts = parts;
    this.reloading = openReloading(parts);
    this.#poll = setInterval(() => {
      parts.retention.look();
      void this.#look();
      void this.#lookAtFiles();
    }, POLL_MS);
    this.#poll.unref();
  }

  /**
   * Opens it: what a crash left is put right, and the first configuration swapped in.
   * @throws PlimsollError `refused`, `audit-altered`.
   */
  static async open(
    options: ServeOptions,
    ground: Ground,
    admitted: readonly Admitted[],
  ): Promise<Lifetime> {
    const parts = openParts(options, ground);
    const lifetime = new Lifetime(parts);
    try {
      const { events } = parts.audit.state();
      await recoverRequests(parts.store, join(options.home, "audit"), events);
      await parts.keysAndBudgets.load();
      swapIn(options.begun, admitted, parts);
      return lifetime;
    } catch (error) {
      await parts.audit.close();
      throw error;
    }
  }

  /** The server that answers, not listening yet. */
  server(): ReturnType<typeof makeServer> {
    return makeServer(openAddresses(this.parts, this.reloading));
  }

  /** It listens: what runs is let end before it closes. */
  listens(running: RunningServer): void {
    this.#running = running;
    this.parts.keysAndBudgets.listens();
  }

  /** Takes no more, lets what runs end, writes what waits and closes. */
  async close(): Promise<void> {
    const { holding, ending, current, strain, retention, generations, telemetry } = this.parts;
    holding.end();
    if (this.#running !== undefined) ending.begin();
    clearInterval(this.#poll);
    await this.reloading.close();
    if (this.#running !== undefined) await ending.drain(this.#running, current.settings);
    // What tools left since the last look would otherwise wait for the next start.
    await this.#look();
    strain.close();
    await retention.close();
    await generations.close();
    await Promise.all(current.engines.map((engine) => engine.close()));
    await telemetry.tracing.close();
    await this.parts.bodies.idle();
    await this.parts.audit.close();
    await this.parts.store.close();
  }

  #look(): Promise<void> {
    this.parts.strain.look();
    return this.parts.others.look();
  }

  async #lookAtFiles(): Promise<void> {
    try {
      await this.reloading.look();
    } catch (error) {
      this.parts.options.log("error", "config", { reason: reasonOf(error) });
    }
  }
}
