import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { isConcern, type Concern } from "../kernel/concern.ts";
import { PlimsollError, reasonOf } from "../kernel/error.ts";
import {
  DEFAULT_CONTEXT,
  REQUIRED_BY_AUDIENCE,
  type Audience,
  type Policy,
  type Setting,
} from "../kernel/setting.ts";
import { userSettingFile, type HomeEnvironment } from "./home.ts";
import { readBytes } from "./quantity.ts";
import type { SettingFile } from "./schema.ts";

/** Where a value may come from besides files. Flags win over variables, variables over files. */
export type SettingOverrides = {
  readonly audience?: string | undefined;
  readonly context?: string | undefined;
  readonly concurrency?: string | undefined;
  readonly memory?: string | undefined;
  readonly strict?: boolean | undefined;
};

/** A setting and policy, whole, with the files they were read from. */
export type LoadedSetting = {
  readonly setting: Setting;
  readonly policy: Policy;
  /** Setting files that were read, strongest first. */
  readonly from: readonly string[];
  /** `serve:` of the first file that has one. */
  readonly serve: SettingFile["serve"];
  /** The one that the waivers stand in; undefined when there are none. */
  readonly waiversFrom: string | undefined;
  /** `./plimsoll.yaml` when it was read because it lies here, and nobody named it. */
  readonly found: string | undefined;
};

/**
 * Joins flags, `PLIMSOLL_*` variables, `./plimsoll.yaml` (or the file named), the user's file and the
 * defaults, in this order of force.
 * @throws PlimsollError `setting-invalid` for a file or value that cannot be used, all problems at once.
 */
export async function loadSetting(options: {
  readonly cwd: string;
  readonly where: HomeEnvironment;
  /** A file to read instead of `./plimsoll.yaml`; it must exist. */
  readonly file?: string | undefined;
  /** False to read no file but the user's own, where `./plimsoll.yaml` is not to be trusted. */
  readonly readsFolder?: boolean;
  readonly flags: SettingOverrides;
}): Promise<LoadedSetting> {
  const named = options.file ?? options.where.env["PLIMSOLL_SETTING"];
  const nearest = named ?? join(options.cwd, "plimsoll.yaml");
  const readsNearest = named !== undefined || options.readsFolder !== false;
  const candidates = [
    ...(readsNearest ? [{ path: nearest, required: named !== undefined }] : []),
    { path: userSettingFile(options.where), required: false },
  ];
  const files: { path: string; file: SettingFile }[] = [];
  for (const { path, required } of candidates) {
    const text = readIfThere(path, required);
    if (text === undefined) continue;
    const { parseSettingText } = await import("./parse.ts");
    files.push({ path, file: parseSettingText(text, path) });
  }
  const overrides = { ...fromVariables(options.where.env), ...definedOf(options.flags) };
  const merged = merge(files.map((entry) => entry.file));
  return {
    ...whole(merged, overrides),
    from: files.map((entry) => entry.path),
    serve: merged.serve,
    waiversFrom: files.find(({ file }) => file.waivers !== undefined)?.path,
    found: named === undefined ? files.find(({ path }) => path === nearest)?.path : undefined,
  };
}

/** Every file that {@link loadSetting} looks for, there or not, strongest first. */
export function settingFiles(options: {
  readonly cwd: string;
  readonly where: HomeEnvironment;
  readonly file?: string | undefined;
}): readonly string[] {
  const named = options.file ?? options.where.env["PLIMSOLL_SETTING"];
  return [named ?? join(options.cwd, "plimsoll.yaml"), userSettingFile(options.where)];
}

function readIfThere(path: string, required: boolean): string | undefined {
  if (!required && !isThere(path)) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new PlimsollError("setting-invalid", `${path} cannot be read: ${reasonOf(error)}`, {
      hint: "Name a setting file that exists: --setting plimsoll.yaml",
      cause: error,
    });
  }
}

/** False for a home that is no folder or somebody else's, too: there is nothing of this person's to read. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // Only the folders on the way can fail here; a file that is there and may not be read is told above.
    return false;
  }
}

function fromVariables(env: HomeEnvironment["env"]): SettingOverrides {
  return definedOf({
    audience: env["PLIMSOLL_AUDIENCE"],
    context: env["PLIMSOLL_CONTEXT"],
    concurrency: env["PLIMSOLL_CONCURRENCY"],
    memory: env["PLIMSOLL_MEMORY"],
    strict: env["PLIMSOLL_STRICT"] === undefined ? undefined : env["PLIMSOLL_STRICT"] === "1",
  });
}

function definedOf(overrides: SettingOverrides): SettingOverrides {
  return Object.fromEntries(
    Object.entries(overrides).filter(([, value]) => value !== undefined && value !== ""),
  );
}

/** The first file that has a field gives it; nested fields are taken whole. */
function merge(files: readonly SettingFile[]): SettingFile {
  return Object.assign({}, ...files.toReversed());
}

function whole(
  file: SettingFile,
  overrides: SettingOverrides,
): { setting: Setting; policy: Policy } {
  const audience = audienceOf(overrides.audience) ?? file.audience ?? "me";
  const memory = bytesOf(overrides.memory ?? file.hardware?.memory);
  const setting: Setting = {
    use: file.use ?? "",
    audience,
    data: file.data ?? "internal",
    appetite: file.appetite ?? "ask",
    territory: { seat: file.territory?.seat ?? [], users: file.territory?.users ?? [] },
    context: countOf("context", overrides.context) ?? file.context ?? DEFAULT_CONTEXT,
    concurrency: countOf("concurrency", overrides.concurrency) ?? file.concurrency ?? 1,
    kvCache: file["kv-cache"] ?? "f16",
    hardware: { memory },
  };
  const require: readonly Concern[] = file.require ?? REQUIRED_BY_AUDIENCE[audience];
  return {
    setting,
    policy: {
      require: require.filter(isConcern),
      strict: overrides.strict ?? file.strict ?? false,
      ...(file.waivers === undefined ? {} : { waivers: file.waivers }),
    },
  };
}

function audienceOf(word: string | undefined): Audience | undefined {
  if (word === undefined || word === "me" || word === "team" || word === "public") return word;
  throw refusal(`audience "${word}" is not known`, "Choose me, team or public.");
}

function countOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^\d+$/u.test(text) && count >= 1 && count <= 100_000_000) return count;
  throw refusal(`${name} "${text}" is not a count`, `Give a whole number from 1: --${name} 4096`);
}

function bytesOf(value: string | number | undefined): number | null {
  if (value === undefined) return null;
  const bytes = readBytes(value);
  if (bytes !== undefined && Number.isSafeInteger(bytes)) return bytes;
  throw refusal(`memory "${value}" is not a size`, "Give bytes, or a text such as 8 GiB.");
}

function refusal(message: string, hint: string): PlimsollError {
  return new PlimsollError("setting-invalid", message, { hint });
}
