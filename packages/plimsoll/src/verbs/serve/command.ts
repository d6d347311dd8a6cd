import { auditOrigin } from "../../config/install.ts";
import { dataFolder } from "../../config/home.ts";
import { DIALECTS } from "../../gateway/dialects/all.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { printable } from "../../report/foreign-text.ts";
import { defineVerb, type VerbContext, type VerbInput } from "../verb.ts";
import type { Admit } from "./admission.ts";
import { checkServing } from "./check.ts";
import { openLog } from "./log.ts";
import { openPreparing } from "./prepare.ts";
import { startServing, type Gateway } from "./serve.ts";
import { hearSignals } from "./signals.ts";

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
    {
      flags: "--check",
      help: "say what would be served and whether it can be reached, and serve nothing",
    },
    { flags: "--json", help: "print where it serves as JSON" },
  ],
  examples: [
    "plimsoll serve --upstream chat=http://127.0.0.1:8000/v1",
    "plimsoll serve --config plimsoll.yaml --port 8080",
    "plimsoll serve --config plimsoll.yaml --check",
  ],
  run: async (input, context) => {
    const read = openPreparing(flagsOf(input), context);
    const isCheck = input.options["check"] === true;
    // Heard from the first moment on: a check is ended by them as everything is.
    const signals = isCheck ? undefined : hearSignals();
    const begun = await read();
    const around = {
      admit: admitOf(input),
      cwd: context.cwd,
      home: dataFolder(context.where),
      now,
    };
    if (signals === undefined) {
      const { isReachable, told } = await checkServing(begun, around);
      context.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
      return isReachable ? 0 : UNREACHABLE;
    }
    const gateway = await startServing({
      begun,
      read,
      dialects: DIALECTS,
      ...around,
      origin: auditOrigin(context.where),
      log: openLog(context.stderr, now),
    });
    signals.onReload(() => gateway.reload({ actor: "plimsoll", reason: "SIGHUP" }));
    say(gateway, input, context);
    await signals.ended;
    await gateway.close();
    return 0;
  },
});

const now = (): number => Date.now();

/** Exit code where no server of a route answers. */
const UNREACHABLE = 3;

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

function flagsOf(input: VerbInput): Parameters<typeof openPreparing>[0] {
  return {
    config: text(input, "config"),
    listen: text(input, "listen"),
    port: text(input, "port"),
    upstreams: texts(input, "upstream"),
    prices: texts(input, "price"),
    drain: text(input, "drain"),
  };
}

function text(input: VerbInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === "string" ? value : undefined;
}

function texts(input: VerbInput, name: string): readonly string[] {
  const value = input.options[name];
  return Array.isArray(value) ? value.map(String) : [];
}
