import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { inflate } from "@sparticuz/chromium";
import { chromium, type Browser } from "playwright-core";

/** The folder of the package that carries the browser and the libraries it needs. */
const PACKAGE = join(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))), "..");

const ARCHIVES = ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"];

/** Set where a run without a browser has not looked at everything it must: `.ci/run` sets it. */
const REQUIRED = "PLIMSOLL_REQUIRE_BROWSER";

/**
 * Starts Chromium, or returns undefined with the reason on stderr where it does not start, so that tests can be
 * skipped by name. Where PLIMSOLL_REQUIRE_BROWSER is set it throws instead.
 */
export async function openBrowser(): Promise<Browser | undefined> {
  try {
    const folder = await unpacked();
    return await chromium.launch({
      executablePath: join(folder, "chromium"),
      // The package's own arguments switch web security off: a test of security must not.
      args: ["--headless=shell", "--no-sandbox", "--no-zygote", "--disable-gpu"],
      env: {
        ...process.env,
        HOME: folder,
        FONTCONFIG_PATH: join(folder, "fonts"),
        LD_LIBRARY_PATH: join(folder, "al2023/lib"),
      },
    });
  } catch (error) {
    if ((process.env[REQUIRED] ?? "") !== "") throw error;
    process.stderr.write(`Chromium does not start: ${String(error)}\n`);
    return undefined;
  }
}

/** Unpacks once to a folder of this version and user; the package reuses whatever lies in the temporary folder. */
async function unpacked(): Promise<string> {
  const folder = join(tmpdir(), `plimsoll-chromium-${version()}-${process.getuid?.() ?? 0}`);
  if (existsSync(folder)) return folder;
  const staging = mkdtempSync(`${folder}-`);
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = staging;
  try {
    for (const name of ARCHIVES) await inflate(join(PACKAGE, "bin", name));
    // The package's own names folders of another machine: text would be drawn in no font.
    writeFileSync(join(staging, "fonts/fonts.conf"), fontsConf(folder));
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
  // Whole or not at all: a run beside this one may have been first.
  if (existsSync(folder)) rmSync(staging, { recursive: true, force: true });
  else renameSync(staging, folder);
  return folder;
}

function fontsConf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}/fonts/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>
`;
}

function version(): string {
  const { version: named }: { version: string } = JSON.parse(
    readFileSync(join(PACKAGE, "package.json"), "utf8"),
  );
  return named;
}
