/** What a file of a model is, against what its lock says. */
export type VerifiedFile = { readonly path: string } & (
  | { readonly state: "ok"; readonly sha256: string }
  | { readonly state: "changed"; readonly expected: FileBytes; readonly actual: FileBytes }
  | {
      readonly state: "missing";
      readonly expected: FileBytes;
      /** The extra file that has these bytes: it was renamed. */
      readonly renamedTo?: string | undefined;
    }
  | { readonly state: "extra"; readonly renamedFrom?: string | undefined }
  | { readonly state: "unread"; readonly reason: string }
);

/** The bytes of a file: how many, and which. */
export type FileBytes = {
  readonly size: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
};

/** One locked model, verified. */
export type VerifiedModel = {
  /** Its name in the lock. */
  readonly name: string;
  /** Where it is, as the lock says. */
  readonly reference: string;
  readonly ok: boolean;
  /** `sha256:<hex>` over all files, as the lock says. */
  readonly digest: string;
  /** Sorted by path. */
  readonly files: readonly VerifiedFile[];
};

/** What `plimsoll verify --json` prints (schema: docs/reference/verify.schema.json). */
export type VerifyReport = {
  readonly schema: "plimsoll/verify@1";
  readonly tool: { readonly version: string };
  /** Path of the lock that files were held against. */
  readonly lock: string;
  /** True when every file of every model is as it was locked, and nothing else is there. */
  readonly ok: boolean;
  readonly models: readonly VerifiedModel[];
};
