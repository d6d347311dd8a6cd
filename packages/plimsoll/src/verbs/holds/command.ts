import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { dataFolder } from "../../config/home.ts";
import { auditOrigin } from "../../config/install.ts";
import { LOCAL_CALLER } from "../../gateway/keys/ring.ts";
import { Holds, type Decided, type Vote } from "../../gateway/review/holds.ts";
import { keyringOf } from "../../gateway/review/keyring-of.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { printable } from "../../report/foreign-text.ts";
import { openCaughtUp } from "../keys/caught-up.ts";
import { outboxEvent, withLog } from "../keys/tell.ts";
import { defineVerb, type VerbContext, type VerbInput } from "../verb.ts";

/** Hours that a held answer waits when the policy does not say; what is held already keeps its own time. */
const TTL_MS = 86_400_000;

export default defineVerb({
  name: "holds",
  group: "Serve",
  summary: "look at answers that wait for a person, and release, edit or refuse them",
  arguments: [
    { name: "<action>", help: "list, show, release, edit or refuse" },
    { name: "[id]", help: "the held answer" },
  ],
  options: [
    { flags: "--digest <hex>", help: "the digest of what you saw, as show prints it" },
    { flags: "--reason <text>", help: "why; the audit log keeps it" },
    { flags: "--text <file>", help: "the new text, for edit" },
    { flags: "--all", help: "list decided ones too" },
    { flags: "--json", help: "print it as JSON" },
  ],
  examples: [
    "plimsoll holds list",
    "plimsoll holds show hold_…",
    'plimsoll holds release hold_… --digest … --reason "harmless"',
    'plimsoll holds refuse hold_… --digest … --reason "names a customer"',
  ],
  run: async (input, context) => {
    const home = dataFolder(context.where);
    const place = { home, origin: auditOrigin(context.where), now };
    const store = await openCaughtUp(place);
    try {
      const holds = new Holds({
        store,
        keyring: await keyringOf(store, join(home, "store", "keyring")),
        policy: () => ({ quorum: 1, twoPerson: [], ttlMs: TTL_MS }),
        audit: (event) => withLog(store, place, () => store.outbox.put(outboxEvent(event))),
        now,
      });
      return await act(holds, input, context);
    } finally {
      await store.close();
    }
  },
});

const now = (): number => Date.now();

async function act(holds: Holds, input: VerbInput, context: VerbContext): Promise<number> {
  const [action = "", id] = input.args;
  switch (action) {
    case "list":
      return list(holds, input, context);
    case "show":
      return show(holds, needed(id), input, context);
    case "release":
    case "edit":
    case "refuse":
      return decide(holds, needed(id), voteOf(action, input, context), context);
    default:
      throw usage(`there is no action "${action}"`, "Choose list, show, release, edit or refuse.");
  }
}

async function list(holds: Holds, input: VerbInput, { stdout }: VerbContext): Promise<number> {
  const all = await holds.list(input.options["all"] === true ? undefined : "open");
  if (input.options["json"] === true) {
    stdout.write(`${JSON.stringify({ schema: "plimsoll/holds@1", holds: all }, null, 2)}\n`);
    return 0;
  }
  if (all.length === 0) stdout.write("Nothing waits for a person.\n");
  for (const { id, alias, state, reasons, expiresAt } of all) {
    const until = new Date(expiresAt).toISOString();
    stdout.write(`${printable([id, alias, state, `until ${until}`, ...reasons].join("  "))}\n`);
  }
  return 0;
}

async function show(
  holds: Holds,
  id: string,
  input: VerbInput,
  { stdout }: VerbContext,
): Promise<number> {
  const hold = await holds.show(id);
  if (hold === undefined)
    throw usage(
      `there is no held answer "${id}" that can be opened`,
      "plimsoll holds list shows them.",
    );
  if (input.options["json"] === true) stdout.write(`${JSON.stringify(hold, null, 2)}\n`);
  else {
    stdout.write(
      `${printable(`${hold.id}  ${hold.alias}  ${hold.state}  digest ${hold.digest}`)}\n`,
    );
    stdout.write(
      `${hold.text
        .split("\n")
        .map((line) => printable(line))
        .join("\n")}\n`,
    );
  }
  return 0;
}

async function decide(
  holds: Holds,
  id: string,
  vote: Vote,
  { stdout }: VerbContext,
): Promise<number> {
  const decided = await holds.decide(id, { ...LOCAL_CALLER, keyId: "local" }, vote);
  stdout.write(`${printable(sentenceOf(decided, id))}\n`);
  const isDone = ["released", "edited", "refused", "waits"].includes(decided.kind);
  return isDone ? 0 : 1;
}

function sentenceOf(decided: Decided, id: string): string {
  switch (decided.kind) {
    case "released":
    case "edited":
    case "refused":
      return `${id} is ${decided.kind}`;
    case "waits":
      return `${id} waits for ${decided.for} more`;
    case "not-found":
      return `there is no held answer ${id}`;
    case "own":
      return `${id} answers your own request: somebody else must decide`;
    case "changed":
      return `${id} is not what you saw, or cannot be opened: show it again`;
    case "decided":
      return `${id} was decided already`;
  }
}

function voteOf(verdict: Vote["verdict"], input: VerbInput, context: VerbContext): Vote {
  const { digest, reason, text } = input.options;
  if (typeof digest !== "string" || typeof reason !== "string" || reason.trim() === "") {
    throw usage(
      `${verdict} needs --digest and --reason`,
      "plimsoll holds show ID prints the digest.",
    );
  }
  if (verdict !== "edit") return { verdict, digest, reason };
  if (typeof text !== "string")
    throw usage("edit needs --text FILE", "Put the new text into a file.");
  return { verdict, digest, reason, text: readFileSync(resolve(context.cwd, text), "utf8") };
}

function needed(id: string | undefined): string {
  if (id !== undefined) return id;
  throw usage("the held answer must be named", "plimsoll holds list shows them.");
}

function usage(message: string, hint: string): PlimsollError {
  return new PlimsollError("usage", message, { hint });
}
