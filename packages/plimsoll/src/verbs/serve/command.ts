import { readFileSync } from "node:fs";

import { auditOrigin } from "../../config/install.ts";
import { dataFolder } from "../../config/home.ts";
import { loadSetting } from "../../config/load.ts";
import { parseSettingText } from "../../config/parse.ts";
import type { ServeFile } from "../../config/serve-schema.ts";
import { knowledgeFor } from "../../config/open-knowledge.ts";
import { GUARDS } from "../../generated/guards.ts";
import { DIALECTS } from "../../gateway/dialects/all.ts";
import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import { printable } from "../../report/foreign-text.ts";
import { defineVerb, type VerbContext, type VerbInput } from "../verb.ts";
import type { Admit } from "./admission.ts";
import { requireGuardsFor } from "./burst-settings.ts";
import { preparePolicyGuards } from "./guards.ts";
import { openLog } from "./log.ts";
import { startServing, type Gateway } from "./serve.ts";
import { serveSettings, type ServeSettings } from "./settings.ts";

export default defineVerb({
  name: "serve",
  group: "Serve",
  summary: "answer for models behind keys, limits, guards and an audit log",
  arguments: [],
  options: [
    { flags: "--port <n>", help: "port to listen on; 0 for any that is free" },
    { flags: "--listen <host:port>", help: "address to listen on; 127.0.0.1:8080 when absent" },
    { flags: "--upstream <name=url>", help: "serve this server as the model NAME", repeats: true },
    {
      flags: "--price <name=in/out>",
      help: "what an upstream costs, for a million tokens in and out",
      repeats: true,
    },
    { flags: "--config <file>", help: "read this file instead of ./plimsoll.yaml" },
    {
      flags: "--admit <what>",
      help: "caution or unlocked: let in what policy refuses; needs --reason",
      repeats: true,
    },
    { flags: "--reason <text>", help: "why; the audit log keeps it" },
    { flags: "--drain <time>", help: "how long answers may take to end; 120s when absent" },
    { flags: "--check", help: "say what would be served, and serve nothing" },
    { flags: "--json", help: "print where it serves as JSON" },
  ],
  examples: [
    "plimsoll serve --upstream chat=http://127.0.0.1:8000/v1",
    "plimsoll serve --config plimsoll.yaml --port 8080",
    "plimsoll serve --config plimsoll.yaml --check",
  ],
  run: async (input, context) => {
    const read = async (): Promise<Prepared> => prepare(input, context);
    const prepared = await read();
    if (input.options["check"] === true) {
      context.stdout.write(`${JSON.stringify(shown(prepared), null, 2)}\n`);
      return 0;
    }
    // Heard from the first moment on: a signal that comes while it starts must not leave anything half written.
    const ended = endingSignal();
    const gateway = await startServing({
      ...prepared,
      dialects: DIALECTS,
      admit: admitOf(input),
      cwd: context.cwd,
      home: dataFolder(context.where),
      origin: auditOrigin(context.where),
      now,
      log: openLog(context.stderr, now),
    });
    say(gateway, input, context);
    await untilEnded(gateway, ended, read, context);
    return 0;
  },
});

const now = (): number => Date.now();

type Prepared = {
  readonly settings: ServeSettings;
  readonly guards: Awaited<ReturnType<typeof preparePolicyGuards>>;
  readonly require: Awaited<ReturnType<typeof loadSetting>>["policy"]["require"];
};

async function prepare(input: VerbInput, context: VerbContext): Promise<Prepared> {
  const file = text(input, "config");
  const { policy, from } = await loadSetting({
    cwd: context.cwd,
    where: context.where,
    file,
    flags: {},
  });
  const settings = serveSettings(
    serveSection(from),
    {
      listen: text(input, "listen"),
      port: text(input, "port"),
      upstreams: texts(input, "upstream"),
      prices: texts(input, "price"),
      drain: text(input, "drain"),
    },
    context.where.env,
  );
  const knowledge = await knowledgeFor(context.packageRoot);
  const guards = await preparePolicyGuards({ guards: settings.guards, knowledge });
  requireGuardsFor(settings, guards, GUARDS);
  return { settings, guards, require: policy.require };
}

/** The `serve:` of the first file that has one. */
function serveSection(files: readonly string[]): ServeFile | undefined {
  for (const path of files) {
    const { serve } = parseSettingText(readFileSync(path, "utf8"), path);
    if (serve !== undefined) return serve;
  }
  return undefined;
}

/** @throws PlimsollError `usage` for a lift without a reason, and for what nothing can lift. */
function admitOf(input: VerbInput): Admit | undefined {
  const words = texts(input, "admit");
  const reason = text(input, "reason") ?? "";
  if (words.length === 0) return undefined;
  const what = words.filter((word) => word === "caution" || word === "unlocked");
  if (what.length !== words.length || reason.trim() === "") {
    throw new PlimsollError("usage", "--admit takes caution or unlocked, with --reason TEXT", {
      hint: 'plimsoll serve --admit unlocked --reason "our own server, vetted by hand"',
    });
  }
  return { what, reason };
}

function shown({ settings, guards }: Prepared): object {
  return {
    schema: "plimsoll/serve-check@1",
    listen: `${settings.host}:${settings.port}`,
    routes: settings.routes,
    upstreams: settings.upstreams.map(({ key, ...upstream }) => ({
      ...upstream,
      hasKey: key !== undefined,
    })),
    guards: guards.map(({ id, version, mode, onError }) => ({ id, version, mode, onError })),
    review: settings.review,
    bodies: settings.bodies,
    burst: Object.fromEntries(settings.burst),
  };
}

function say(gateway: Gateway, input: VerbInput, { stdout, stderr }: VerbContext): void {
  const { url, models } = gateway;
  if (input.options["json"] === true) {
    stdout.write(`${JSON.stringify({ schema: "plimsoll/serve@1", url, models })}\n`);
    return;
  }
  const [model = ""] = models;
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
  stdout.write(`${printable(`serving ${models.join(", ")} at ${url}/v1`)}\n`);
  if (!stderr.isTerminal) return;
  const curl = `curl ${url}/v1/chat/completions -H 'content-type: application/json' -d '${body}'`;
  stdout.write(`\n${printable(curl)}\n\nCtrl-C ends it.\n`);
}

/** Resolves with the first signal that asks for an end; a second one does not wait. */
function endingSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(130));
      });
    }
  });
}

/** Waits for the end; SIGHUP reads the configuration anew meanwhile. */
async function untilEnded(
  gateway: Gateway,
  ended: Promise<void>,
  read: () => Promise<Prepared>,
  { stderr }: VerbContext,
): Promise<void> {
  const reload = (): void => {
    void reloadOrSay(gateway, read, stderr);
  };
  process.on("SIGHUP", reload);
  await ended;
  process.off("SIGHUP", reload);
  await gateway.close();
}

async function reloadOrSay(
  gateway: Gateway,
  read: () => Promise<Prepared>,
  stderr: VerbContext["stderr"],
): Promise<void> {
  try {
    const { settings, guards } = await read();
    await gateway.reload(settings, guards);
  } catch (error) {
    stderr.write(`${printable(`the old configuration goes on: ${reasonOf(error)}`)}\n`);
  }
}

function text(input: VerbInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === "string" ? value : undefined;
}

function texts(input: VerbInput, name: string): readonly string[] {
  const value = input.options[name];
  return Array.isArray(value) ? value.map(String) : [];
}
