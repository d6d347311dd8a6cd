import { auditOrigin } from "../../config/install.ts";
import { dataFolder } from "../../config/home.ts";
import { shownBudget, shownKey } from "../../gateway/keys/shown.ts";
import { readBudgets, type AskedBudget } from "../../gateway/limits/budget-text.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { printable } from "../../report/foreign-text.ts";
import { KEY_ZONES, type BudgetRow, type KeyRole, type KeyZone } from "../../store/contract.ts";
import { defineVerb, type VerbContext, type VerbInput } from "../verb.ts";
import { createKey, limitKey, listKeys, revokeKey, rotateKey } from "./keys.ts";
import { amountOf, spentOf, stateOf } from "./shown.ts";
import type { LogPlace } from "./tell.ts";

const ROLES: readonly KeyRole[] = [
  "admin",
  "operator",
  "developer",
  "reviewer",
  "auditor",
  "revealer",
];

const DAY_MS = 86_400_000;

/** How long an old secret is good beside its new one. */
const OVERLAP_DAYS = 7;

export default defineVerb({
  name: "keys",
  group: "Serve",
  summary: "make, list, limit, rotate and revoke the keys of the gateway",
  arguments: [
    { name: "<action>", help: "create, list, limit, rotate or revoke" },
    { name: "[id]", help: "the key, for limit, rotate and revoke" },
  ],
  options: [
    { flags: "--name <text>", help: "whose key it is" },
    { flags: "--team <name>", help: "the team that it belongs to; default when absent" },
    {
      flags: "--models <names>",
      help: "the models it may ask for, parted by commas; all when absent",
      repeats: true,
    },
    {
      flags: "--role <names>",
      help: `what it may do, of ${ROLES.join(", ")}; developer when absent`,
      repeats: true,
    },
    {
      flags: "--budget <amount>",
      help: "1USD, 5000tokens or 10requests, with /minute, /day or /month",
      repeats: true,
    },
    {
      flags: "--rate <amount>",
      help: "60requests/minute: may run into debt where a budget may not",
      repeats: true,
    },
    {
      flags: "--zone <names>",
      help: "where its requests may go, of local, private, cloud; local,private when absent",
      repeats: true,
    },
    { flags: "--parallel <n>", help: "requests at the same time" },
    { flags: "--expires <days>", help: "how long it is good, such as 30d" },
    {
      flags: "--overlap <days>",
      help: "how long the old secret is good after rotate; 7d when absent",
    },
    { flags: "--reason <text>", help: "why; the audit log keeps it. revoke needs it" },
    { flags: "--json", help: "print it as JSON" },
  ],
  examples: [
    "plimsoll keys create --name ada --budget 5000tokens/day",
    "plimsoll keys create --name ci --budget 10requests --json",
    "plimsoll keys list",
    'plimsoll keys revoke AbCd1234 --reason "left the team"',
  ],
  run: async (input, context) => {
    const place: LogPlace = {
      home: dataFolder(context.where),
      origin: auditOrigin(context.where),
      now: () => Date.now(),
    };
    const [action = "", id] = input.args;
    switch (action) {
      case "create":
        return create(input, place, context);
      case "list":
        return list(input, place, context);
      case "limit":
        return limit(needed(id), input, place, context);
      case "rotate":
        return rotate(needed(id), input, place, context);
      case "revoke":
        return revoke(needed(id), input, place, context);
      default:
        throw usage(
          `there is no action "${action}"`,
          "Choose create, list, limit, rotate or revoke.",
        );
    }
  },
});

async function create(input: VerbInput, place: LogPlace, context: VerbContext): Promise<number> {
  const name = text(input, "name") ?? "";
  if (name.trim() === "" || name.length > 200)
    throw usage("--name must say whose key it is", "--name ada");
  const team = text(input, "team") ?? "default";
  if (team.trim() === "" || team.length > 200) throw usage("--team must name a team", "--team sea");
  const days = daysOf(input, "expires");
  if (days === 0) throw usage("--expires 0d would be over at once", "--expires 30d");
  const made = await createKey(
    {
      name,
      team,
      models: words(input, "models"),
      roles: rolesOf(input),
      parallel: countOf(input, "parallel"),
      ...zonesOf(input),
      lifetimeMs: days === undefined ? null : days * DAY_MS,
      budgets: budgetsOf(input),
    },
    reasonOf(input),
    place,
  );
  if (input.options["json"] === true) {
    const shown = {
      schema: "plimsoll/key@1",
      ...shownKey(made.key),
      key: made.secret,
      budgets: made.budgets.map(shownBudget),
    };
    context.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  } else {
    context.stdout.write(`${made.secret}\n`);
    context.stderr.write(
      `This is the only time that the key of ${printable(name)} is shown. Its name is ${made.key.id}.\n`,
    );
  }
  return 0;
}

async function list(input: VerbInput, place: LogPlace, context: VerbContext): Promise<number> {
  const { keys, budgets } = await listKeys(place);
  const own = (id: string): readonly BudgetRow[] =>
    budgets.filter(({ scope, scopeId }) => scope === "key" && scopeId === id);
  if (input.options["json"] === true) {
    const shown = keys.map((key) => ({ ...shownKey(key), budgets: own(key.id).map(shownBudget) }));
    context.stdout.write(
      `${JSON.stringify({ schema: "plimsoll/keys@1", keys: shown }, null, 2)}\n`,
    );
    return 0;
  }
  if (keys.length === 0)
    context.stdout.write("There is no key yet: plimsoll keys create --name ada\n");
  for (const key of keys) {
    const limits = own(key.id).map((one) => `${amountOf(one)} (${spentOf(one)} spent)`);
    const line = [key.id, key.name, key.team, stateOf(key, place.now()), ...limits].join("  ");
    context.stdout.write(`${printable(line)}\n`);
  }
  return 0;
}

async function limit(
  id: string,
  input: VerbInput,
  place: LogPlace,
  context: VerbContext,
): Promise<number> {
  const budgets = budgetsOf(input);
  if (budgets.length === 0)
    throw usage("--budget or --rate must say how much", "--budget 5000tokens/day");
  const set = await limitKey(id, budgets, reasonOf(input), place);
  if (input.options["json"] === true)
    context.stdout.write(`${JSON.stringify(set.map(shownBudget), null, 2)}\n`);
  else context.stdout.write(`${set.map(amountOf).join(", ")} for ${printable(id)}\n`);
  return 0;
}

async function rotate(
  id: string,
  input: VerbInput,
  place: LogPlace,
  context: VerbContext,
): Promise<number> {
  const overlap = daysOf(input, "overlap") ?? OVERLAP_DAYS;
  const made = await rotateKey(id, overlap * DAY_MS, reasonOf(input), place);
  if (input.options["json"] === true) {
    const shown = {
      schema: "plimsoll/key@1",
      ...shownKey(made.key),
      key: made.secret,
      replaces: id,
      budgets: made.budgets.map(shownBudget),
    };
    context.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  } else {
    context.stdout.write(`${made.secret}\n`);
    context.stderr.write(
      `The old secret is good for ${overlap} days more. The new key is called ${made.key.id}.\n`,
    );
  }
  return 0;
}

async function revoke(
  id: string,
  input: VerbInput,
  place: LogPlace,
  context: VerbContext,
): Promise<number> {
  const reason = reasonOf(input);
  if (reason === undefined) throw usage("--reason must say why", '--reason "left the team"');
  await revokeKey(id, reason, place);
  context.stdout.write(`${printable(id)} is revoked\n`);
  return 0;
}

/** Why, where it was said. */
function reasonOf(input: VerbInput): string | undefined {
  const reason = text(input, "reason") ?? "";
  return reason.trim() === "" ? undefined : reason;
}

function budgetsOf(input: VerbInput): readonly AskedBudget[] {
  return readBudgets(texts(input, "budget"), texts(input, "rate"));
}

function rolesOf(input: VerbInput): readonly KeyRole[] {
  const wanted = words(input, "role");
  const roles = ROLES.filter((role) => wanted.includes(role));
  if (roles.length !== new Set(wanted).size)
    throw usage("--role names a role that there is none of", `Choose of ${ROLES.join(", ")}.`);
  return roles.length === 0 ? ["developer"] : roles;
}

function zonesOf(input: VerbInput): { readonly zones?: readonly KeyZone[] } {
  const wanted = words(input, "zone");
  const zones = KEY_ZONES.filter((zone) => wanted.includes(zone));
  if (zones.length !== new Set(wanted).size)
    throw usage("--zone names a zone that there is none of", `Choose of ${KEY_ZONES.join(", ")}.`);
  return zones.length === 0 ? {} : { zones };
}

function countOf(input: VerbInput, name: string): number | null {
  const value = text(input, name);
  if (value === undefined) return null;
  if (/^[1-9]\d{0,5}$/u.test(value)) return Number(value);
  throw usage(`--${name} "${value}" is no count`, `--${name} 4`);
}

function daysOf(input: VerbInput, name: string): number | undefined {
  const value = text(input, name);
  if (value === undefined) return undefined;
  const [, days] = /^(\d{1,4})d$/u.exec(value) ?? [];
  if (days !== undefined) return Number(days);
  throw usage(`--${name} "${value}" is no number of days`, `--${name} 30d`);
}

function needed(id: string | undefined): string {
  if (id !== undefined) return id;
  throw usage("the key must be named", "plimsoll keys list shows them.");
}

function usage(message: string, hint: string): PlimsollError {
  return new PlimsollError("usage", message, { hint });
}

function text(input: VerbInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === "string" ? value : undefined;
}

function texts(input: VerbInput, name: string): readonly string[] {
  const value = input.options[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** A list that was given and names nothing is refused: no models would mean all of them. */
function words(input: VerbInput, name: string): readonly string[] {
  const given = texts(input, name);
  const named = given
    .flatMap((one) => one.split(","))
    .map((one) => one.trim())
    .filter((one) => one !== "");
  if (given.length > 0 && named.length === 0)
    throw usage(`--${name} names nothing`, `--${name} a,b`);
  return named;
}
