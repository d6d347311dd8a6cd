/** A JSON value as findings, reports and settings carry it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object; a member that is undefined is left out when written. */
export type JsonObject = { readonly [key: string]: Json | undefined };
