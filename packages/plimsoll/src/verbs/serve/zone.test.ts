import { expect, test } from "vitest";

import { zoneOfHost } from "./zone.ts";

test.each([
  ["localhost", "local"],
  ["127.0.0.1", "local"],
  ["127.9.9.9", "local"],
  ["[::1]", "local"],
  ["10.0.0.7", "private"],
  ["172.16.0.1", "private"],
  ["172.31.255.255", "private"],
  ["172.32.0.1", "cloud"],
  ["192.168.1.1", "private"],
  ["192.169.1.1", "cloud"],
  ["100.64.0.1", "private"],
  ["100.128.0.1", "cloud"],
  ["169.254.1.1", "private"],
  ["8.8.8.8", "cloud"],
  ["[fd00::1]", "private"],
  ["[fe80::1]", "private"],
  ["[2001:db8::1]", "cloud"],
  ["[::ffff:10.0.0.1]", "cloud"],
  ["gpu1", "private"],
  ["gpu1.lan", "private"],
  ["gpu1.corp.internal", "private"],
  ["vllm.models.svc.cluster.local", "private"],
  ["api.example.com", "cloud"],
  ["api.example.com.", "cloud"],
  ["localhost.example.com", "cloud"],
  ["internal.example.com", "cloud"],
])("%s is %s", (host, zone) => {
  expect(zoneOfHost(host)).toBe(zone);
});
