import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, describe, expect, test } from "vitest";

import { formatReports } from "../../packages/plimsoll/src/report/format.ts";
import {
  HOSTILE_TEXTS,
  hostileReport,
  SAMPLE_PAGE,
  sampleReport,
} from "../../packages/plimsoll/src/testing/reports.ts";
import { openBrowser } from "./browser.ts";
import { hubFolder } from "./models.ts";
import { plimsoll } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
const pictures = mkdtempSync(join(tmpdir(), "plimsoll-html-"));
const browser = await openBrowser();

afterAll(async () => {
  await browser?.close();
  world.remove();
});

/** What a browser made of a page. */
type Seen = {
  readonly requests: readonly string[];
  /** Dialogs, errors, complaints of the policy. */
  readonly said: readonly string[];
  readonly text: string;
  /** Elements that no report holds. */
  readonly foreign: number;
  /** Set by every script that hostile text carries. */
  readonly hasRun: boolean;
  readonly isTooWide: boolean;
};

const FOREIGN =
  "script, img, iframe, object, embed, link, form, base, [onload], [onerror], [style]";

/** Opens a file as a reviewer would, in one theme, and takes its picture. */
async function look(
  file: string,
  theme: { readonly colorScheme: "light" | "dark"; readonly width: number },
): Promise<Seen> {
  if (browser === undefined) throw new Error("no browser");
  const { colorScheme, width } = theme;
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 1200 } });
  try {
    const page = await context.newPage();
    const requests: string[] = [];
    const said: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("dialog", async (dialog) => {
      said.push(dialog.message());
      await dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href, { waitUntil: "networkidle" });
    const found = await page.evaluate<Omit<Seen, "requests" | "said">>(`({
      text: document.body.innerText,
      foreign: document.querySelectorAll(${JSON.stringify(FOREIGN)}).length,
      hasRun: window.ran !== undefined,
      isTooWide: document.documentElement.scrollWidth > window.innerWidth,
    })`);
    await page.screenshot({ path: join(pictures, `${colorScheme}-${width}.png`) });
    return { ...found, requests, said };
  } finally {
    await context.close();
  }
}

const THEMES = [
  { colorScheme: "light", width: 1100 },
  { colorScheme: "dark", width: 1100 },
  { colorScheme: "light", width: 360 },
] as const;

/** A page of one hostile model after the other, and a harmless one among them. */
async function hostilePage(): Promise<string> {
  return formatReports([sampleReport(), ...HOSTILE_TEXTS.map(hostileReport)], "html", {
    style: { columns: 80, hasColour: false, hasUnicode: true },
    pages: [SAMPLE_PAGE],
    strict: false,
    now: new Date("2026-11-25T12:00:00Z"),
  });
}

describe.skipIf(browser === undefined)("a report in Chromium", () => {
  test.each(THEMES)("of hostile models asks for nothing and runs nothing: %j", async (theme) => {
    const file = world.file("hostile.html", await hostilePage());
    const seen = await look(file, theme);
    expect(seen.requests).toEqual([pathToFileURL(file).href]);
    expect(seen.said).toEqual([]);
    expect([seen.foreign, seen.hasRun, seen.isTooWide]).toEqual([0, false, false]);
    expect(seen.text).toContain("<script>window.ran=1;alert(1)</script>.bin");
    expect(seen.text).toContain(`"><img src=x onerror="window.ran=1">`);
    expect(seen.text).toContain(String.raw`a\u202egpj.exe`);
    expect(seen.text).not.toContain("\u202E");
  });

  test("of real files with such names, as the program writes it", async () => {
    const folder = hostileFolder();
    const file = join(world.path, "report.html");
    const ran = await plimsoll(["vet", folder, "--format", "html", "--out", file]);
    expect([ran.code, ran.stdout]).toEqual([1, ""]);
    expect(ran.stderr).toContain(file);
    const seen = await look(file, THEMES[0]);
    expect([seen.requests.length, seen.said, seen.foreign]).toEqual([1, [], 0]);
    expect(seen.text).toContain("<script>window.ran=1<");
  });

  test("a script that got in all the same is stopped by the policy", async () => {
    const smuggled = `<script>window.ran=1</script><img src="pixel.png"><p style="color:red">x</p>`;
    const page = (await hostilePage()).replace("<main", () => `${smuggled}<main`);
    const held = await look(world.file("held.html", page), THEMES[0]);
    expect([held.hasRun, held.foreign > 0]).toEqual([false, true]);
    expect(held.said.length).toBeGreaterThan(0);
    // Without the policy it runs and asks: what is measured above can be seen.
    const open = page.replace(/<meta http-equiv[^>]*>/u, "");
    const free = await look(world.file("free.html", open), THEMES[0]);
    expect([free.hasRun, free.requests.length]).toEqual([true, 2]);
  });
});

/** A model whose folder and file names are markup; a slash in a name is a folder. */
function hostileFolder(): string {
  const folder = world.folder("names", hubFolder());
  const inner = join(folder, "x<script>window.ran=1<");
  mkdirSync(inner);
  writeFileSync(join(inner, "script>.py"), "import x\n");
  if (process.platform !== "win32") {
    writeFileSync(join(folder, `"><img src=x onerror="window.ran=1">.bin`), "\u0000");
    writeFileSync(join(folder, "a\u202Egpj.exe"), "MZ");
  }
  return folder;
}
