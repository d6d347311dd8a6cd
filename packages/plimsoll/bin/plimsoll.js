#!/usr/bin/env node
// These lines parse on any Node from 16, so that an old one is told which it needs instead of crashing.
const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  process.stderr.write(
    `plimsoll: this needs Node 24 or later, and ${process.execPath} is ${process.version}.\nInstall Node 24 (https://nodejs.org), or in a checkout run: npx plimsoll [node-too-old]\n`,
  );
  process.exitCode = 3;
} else {
  const { start } = await import("./start.js");
  await start();
}
