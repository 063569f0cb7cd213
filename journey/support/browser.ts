import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright";
import { chromiumFlags, findChromium } from "../../test-support/chromium.ts";

/** Where screenshots go; git ignores it. */
const artefacts: string = resolve(import.meta.dirname, "../../artefacts");

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the page and of its workers: there should be none. */
  readonly errors: string[];
}

export interface VisitOptions {
  /** The profile's folder: what the browser keeps on disk. */
  readonly profile: string;
  readonly size?: { readonly width: number; readonly height: number };
}

/** A real browser with a profile on disk, as a person has one. */
export async function openBrowser({ profile, size }: VisitOptions): Promise<Visitor> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("There is no Chromium.");
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: chromiumFlags,
    headless: true,
    viewport: size ?? { width: 1280, height: 860 },
    acceptDownloads: true,
    locale: "en-GB",
    timezoneId: "UTC",
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const errors: string[] = [];
  context.on("weberror", (error) => errors.push(error.error().message));
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return { context, page, errors };
}

/** A picture of the whole page, or of the window where a dialog lies over it, in the artefacts folder. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(artefacts, { recursive: true });
  const fullPage = (await page.locator("dialog[open]").count()) === 0;
  await page.screenshot({ path: join(artefacts, `${name}.png`), fullPage, animations: "disabled" });
}
