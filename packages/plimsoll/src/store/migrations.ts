/** One step of the schema. Forward only: a step that was released is never edited. */
export type Migration = { readonly name: string; readonly sql: string };

/** Every step, in order. Tables are narrow, and hold no text of a prompt or an answer outside `holds` and `bodies`, which are sealed. */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: "0001-begin",
    sql: `
      create table keys (
        id text primary key, hash text not null, name text not null, team text not null,
        roles text not null, models text not null, created_at integer not null,
        expires_at integer, revoked_at integer, parallel integer, rotated_to text
      ) strict;
      create table budgets (
        id text primary key, kind text not null check (kind in ('budget', 'rate')),
        scope text not null check (scope in ('key', 'team')), scope_id text not null,
        unit text not null check (unit in ('requests', 'tokens', 'nanos')), currency text,
        window text not null check (window in ('minute', 'day', 'month', 'total')),
        cap integer not null, spent integer not null, window_start integer not null
      ) strict;
      create table requests (
        id text primary key, at integer not null, key_id text not null, team text not null,
        dialect text not null, alias text not null, upstream text, outcome text not null,
        status integer not null, input_tokens integer not null, output_tokens integer not null,
        is_estimated integer not null, nanos integer, currency text, first_ms integer,
        total_ms integer not null, redactions integer not null, audit_seq integer
      ) strict, without rowid;
      create index requests_at on requests (at);
      create table usage_hour (
        hour integer not null, team text not null, key_id text not null, alias text not null,
        requests integer not null, input_tokens integer not null, output_tokens integer not null,
        nanos integer not null, primary key (hour, team, key_id, alias)
      ) strict, without rowid;
      create table holds (
        id text primary key, request_id text not null, key_id text not null, team text not null,
        alias text not null, dialect text not null, created_at integer not null,
        expires_at integer not null, digest text not null, policy_digest text not null,
        reasons text not null, quorum integer not null, sealed blob not null,
        state text not null check (state in ('open', 'released', 'edited', 'refused', 'expired')),
        decided_at integer
      ) strict;
      create table votes (
        hold_id text not null references holds (id) on delete cascade, at integer not null,
        "by" text not null, verdict text not null check (verdict in ('release', 'edit', 'refuse')),
        digest text not null, reason text not null, primary key (hold_id, "by")
      ) strict;
      create table subjects (
        mac text primary key, id text not null unique, wrapped blob not null
      ) strict;
      create table bodies (
        request_id text not null, side text not null check (side in ('request', 'response')),
        subject_id text not null, at integer not null, sealed blob not null,
        primary key (request_id, side)
      ) strict;
      create index bodies_at on bodies (at);
      create table outbox (
        seq integer primary key, kind text not null, actor text not null, body text not null
      ) strict;
    `,
  },
  {
    name: "002-outbox-request",
    sql: "alter table outbox add column request text",
  },
  {
    name: "003-settled",
    sql: "create table settled (place integer primary key check (place = 0), seq integer not null) strict",
  },
  {
    name: "004-usage-upstream",
    // The primary key grows by the upstream, which only a table made anew can have.
    sql: `
      alter table keys add column zones text;
      create table usage_by (
        hour integer not null, team text not null, key_id text not null, alias text not null,
        upstream text not null, requests integer not null, input_tokens integer not null,
        output_tokens integer not null, nanos integer not null,
        primary key (hour, team, key_id, alias, upstream)
      ) strict, without rowid;
      insert into usage_by
        select hour, team, key_id, alias, '', requests, input_tokens, output_tokens, nanos
        from usage_hour;
      drop table usage_hour;
      alter table usage_by rename to usage_hour;
    `,
  },
  {
    // A vote stands for one digest: whoever voted before an edit may vote on it too.
    name: "005-holds",
    sql: `
      alter table holds add column side text not null default 'answer' check (side in ('answer', 'request'));
      alter table holds add column edit_quorum integer not null default 2;
      alter table holds add column version integer not null default 0;
      alter table holds add column claimed_by text;
      alter table holds add column claimed_until integer;
      alter table holds add column taken_at integer;
      create index holds_state on holds (state, expires_at);
      create table votes_each (
        hold_id text not null references holds (id) on delete cascade, at integer not null,
        "by" text not null, verdict text not null check (verdict in ('release', 'edit', 'refuse')),
        digest text not null, policy_digest text not null, reason text not null,
        primary key (hold_id, "by", digest)
      ) strict;
      insert into votes_each select hold_id, at, "by", verdict, digest, '', reason from votes;
      drop table votes;
      alter table votes_each rename to votes;
    `,
  },
  {
    name: "006-zones",
    // Where a request went: the same name may have stood for another place before.
    sql: `
      alter table requests add column zone text;
      create table usage_to (
        hour integer not null, team text not null, key_id text not null, alias text not null,
        upstream text not null, zone text not null, requests integer not null,
        input_tokens integer not null, output_tokens integer not null, nanos integer not null,
        primary key (hour, team, key_id, alias, upstream, zone)
      ) strict, without rowid;
      insert into usage_to
        select hour, team, key_id, alias, upstream, '', requests, input_tokens, output_tokens, nanos
        from usage_hour;
      drop table usage_hour;
      alter table usage_to rename to usage_hour;
    `,
  },
  {
    name: "007-bodies-subject",
    // Whoever exports or erases a person asks by it.
    sql: "create index bodies_subject on bodies (subject_id)",
  },
];
