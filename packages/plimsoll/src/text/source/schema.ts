import * as v from "valibot";

const url = v.pipe(v.string(), v.url());
const day = v.pipe(v.string(), v.isoDate());

/**
 * Where a fact under `knowledge/` comes from: a page and the day it was read; or, where nobody opened one, the
 * day on which the fact was written down from general knowledge, and the page that should say so if there is one.
 */
export const sourceSchema = v.union([
  v.strictObject({ url, read: day }),
  v.strictObject({ url: v.optional(url), recalled: day }),
]);

/** The numbered sources of one file, and what each was asked. */
export const sourceListSchema = v.array(
  v.strictObject({ id: v.string(), says: v.string(), source: sourceSchema }),
);
