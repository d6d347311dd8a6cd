import type { Concern } from "../../kernel/concern.ts";
import type { ConcernVerdict } from "../../kernel/verdict.ts";

/** Keys that begin with `x-` are other programs': they are kept as they are. */
type Extensible = { readonly [extension: `x-${string}`]: unknown };

/** One file of a locked model. */
export type LockFile = Extensible & {
  /** Path within the model, `/` between folders. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Id as a git blob, in hexadecimal. */
  readonly git?: string | undefined;
  /** Hash of the Xet store, in hexadecimal. */
  readonly xet?: string | undefined;
};

/** Under which licence a locked model is, as far as it was known. */
export type LockLicence = Extensible & {
  /** SPDX ids, or the names that the report gives licences which have none, joined by OR. */
  readonly expression?: string | undefined;
  /**
   * How it is known: its published text is among the files, it is only declared, places disagree, what is there was
   * reviewed by nobody, or there is none.
   */
  readonly status: "exact" | "declared" | "disputed" | "unclear" | "none";
  /** The files it was read from. */
  readonly evidence: readonly { readonly path: string; readonly sha256: string }[];
};

/** One locked model: what it is, whence, and what was said of it. */
export type LockEntry = Extensible & {
  /** Where it is; a local path is relative to the folder of the lock and begins with `.`. */
  readonly reference: string;
  /** `sha256:<hex>` over all files; see snapshotDigest. */
  readonly digest: string;
  /** When these files were found there: UTC, whole seconds. */
  readonly resolved: string;
  /** Sorted by path. */
  readonly files: readonly LockFile[];
  readonly licence?: LockLicence | undefined;
  /** What each concern answered. */
  readonly verdict?: { readonly [concern in Concern]?: ConcernVerdict | undefined } | undefined;
  /** `sha256:<hex>` of the setting that the verdict was given for. */
  readonly setting?: string | undefined;
};

/** A lock: what was vetted or pulled, with which bytes. */
export type Lock = Extensible & {
  readonly schema: "plimsoll/lock@1";
  /** Version of the program that wrote it last. */
  readonly tool: string;
  /** Date of the facts that program carried. */
  readonly knowledge: string;
  /** By name. */
  readonly models: { readonly [name: string]: LockEntry };
};

/** What the file is called. */
export const LOCK_FILE = "plimsoll.lock";

/** The entry of a name; a name such as `toString` is none unless it was locked. */
export function lockEntry(lock: Lock, name: string): LockEntry | undefined {
  return Object.hasOwn(lock.models, name) ? lock.models[name] : undefined;
}
