/** Something that was to be read and was not. It is a value of its own, never an absence. */
export type Unread = {
  readonly kind: "unread";
  /** Path within the snapshot; `.` for the whole. */
  readonly file: string;
  readonly member?: string | undefined;
  readonly offset?: number | undefined;
  /** One clause, lower case, that says why: `truncated: needs 8 bytes at 0, the file ends at 3`. */
  readonly reason: string;
};

/** Makes an unread; members that are not known are left out. */
export function unread(
  file: string,
  reason: string,
  at: { readonly member?: string | undefined; readonly offset?: number | undefined } = {},
): Unread {
  return {
    kind: "unread",
    file,
    ...(at.member === undefined ? {} : { member: at.member }),
    ...(at.offset === undefined ? {} : { offset: at.offset }),
    reason,
  };
}

/** The same unread parts, each once: several kinds of evidence may rest on one file. */
export function distinctUnread(unreads: readonly Unread[]): Unread[] {
  const seen = new Map<string, Unread>();
  for (const one of unreads) {
    const key = JSON.stringify([one.file, one.member, one.offset, one.reason]);
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}
