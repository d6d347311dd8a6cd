import * as v from "valibot";

import { KEY_ROLES } from "./roles.ts";

/** Characters of a reason; the audit log keeps it. */
const REASON_MAX = 500;

/** Rows of one page, at most and when the request does not say (CWE-770). */
export const PAGE_MAX = 500;
export const PAGE_DEFAULT = 100;

/** Nothing may be given. */
export const nothing = v.strictObject({});

/** No body may be sent. */
export const noBody = v.optional(v.never());

/** Why; every write says it. */
export const reason = v.pipe(
  v.string(),
  v.maxLength(REASON_MAX),
  v.check((text) => text.trim() !== "", "it says nothing"),
  v.description("Why. The audit log keeps it."),
);

/** A body that gives nothing but a reason. */
export const reasonOnly = v.strictObject({ reason });

/** A name that a person gives. */
export const name = v.pipe(
  v.string(),
  v.maxLength(200),
  v.check((text) => text.trim() !== "", "it says nothing"),
);

/** The name of a key, as `plimsoll keys list` shows it. */
export const keyId = v.pipe(v.string(), v.regex(/^[\w-]{8}$/), v.description("A key's name."));

/** Name of a key, or `local` for the implicit one of loopback. */
export const callerId = v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/));

/** A path with a key in it. */
export const keyPath = v.strictObject({ key: keyId });

export const role = v.picklist(KEY_ROLES);

/** Number of an event in the audit log. */
export const seq = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.description("Number of the event in the audit log that tells of this."),
);

/** A whole number that is not negative. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A moment as ISO 8601 has it, in UTC. */
export const time = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)?$/),
  v.check((text) => !Number.isNaN(Date.parse(text)), "there is no such moment"),
  v.description("A day or a moment in UTC, such as 2026-11-25 or 2026-11-25T08:00:00Z."),
);

/** What is asked of a page. */
export const page = {
  limit: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.maxValue(PAGE_MAX),
      v.description(`Rows, at most; ${PAGE_DEFAULT} when absent.`),
    ),
  ),
  cursor: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(300),
      v.regex(/^[\w-]+$/),
      v.description("`next` of the page before."),
    ),
  ),
};

/** Where the next page begins; null when this is the last. */
export const next = v.pipe(
  v.nullable(v.string()),
  v.description("Give it as `cursor` for the next page; null on the last."),
);
