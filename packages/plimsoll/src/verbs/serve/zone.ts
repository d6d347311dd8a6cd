import { isIP } from "node:net";

import type { Zone } from "../../gateway/routing/contract.ts";

/** Endings of names that only a house knows (RFC 6762, RFC 8375, RFC 9476 and ICANN's `internal`; read 2026-11-25). */
const HOUSE_NAMES =
  /\.(?:local|internal|lan|intranet|home\.arpa|test|localhost|alt|svc|corp|home)$/u;

/** IPv4 networks that are nobody's in public (RFC 1918, RFC 3927, RFC 6598). */
const PRIVATE_V4 =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/u;

/** The same in IPv6: unique local and link-local (RFC 4193, RFC 4291). */
const PRIVATE_V6 = /^(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/u;

/**
 * Where an address is when nobody says: what could be somebody else's counts as a cloud, where nothing is sent unless
 * the policy lets it.
 */
export function zoneOfHost(hostname: string): Zone {
  const host = hostname
    .replaceAll(/^\[|\]$/gu, "")
    .replace(/\.$/u, "")
    .toLowerCase();
  if (isLoopback(host)) return "local";
  switch (isIP(host)) {
    case 4:
      return PRIVATE_V4.test(host) ? "private" : "cloud";
    case 6:
      return PRIVATE_V6.test(host) ? "private" : "cloud";
    default:
      return !host.includes(".") || HOUSE_NAMES.test(host) ? "private" : "cloud";
  }
}

/** True for names and addresses that only this machine answers under. */
export function isLoopback(host: string): boolean {
  const bare = host.replaceAll(/^\[|\]$/gu, "").toLowerCase();
  return bare === "localhost" || bare === "::1" || /^127(?:\.\d{1,3}){3}$/u.test(bare);
}
