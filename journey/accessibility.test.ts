import { AxeBuilder } from "@axe-core/playwright";
import type { Status } from "@chirograph/wire";
import { expect as see, type Page } from "playwright/test";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { en } from "../packages/web/src/texts/en.ts";
import { storesPage } from "../packages/web/src/texts/en-stores.ts";
import { screens } from "../packages/web/src/texts/en-screens.ts";
import { picture } from "./support/browser.ts";
import { type Records, STUDY_FILES, writeRecords } from "./support/records.ts";
import { openScene, type Scene } from "./support/scene.ts";
import {
  addRecords,
  giveWord,
  goTo,
  makeChart,
  makeIdentity,
  openNewChart,
  unlock,
  waitForStored,
} from "./support/walk.ts";

const PASSPHRASE = "violet tractor seldom orbit";
const WORD = "adk21937";
const looks = [
  { theme: "light", name: "desktop", size: { width: 1280, height: 860 } },
  { theme: "dark", name: "desktop", size: { width: 1280, height: 860 } },
  { theme: "light", name: "phone", size: { width: 390, height: 844 } },
  { theme: "dark", name: "phone", size: { width: 390, height: 844 } },
] as const;

/** Both themes are one page in other colours: what is not about colour is looked at once for each size. */
const checks = {
  light: (axe: AxeBuilder) => axe.withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]),
  dark: (axe: AxeBuilder) => axe.withRules(["color-contrast", "link-in-text-block"]),
};

let scene: Scene;
let page: Page;
let records: Records;
const violations: string[] = [];

beforeAll(async () => {
  scene = await openScene();
  page = scene.page;
  records = await writeRecords(scene.folder, page);
});

afterAll(() => scene.close());

test("every page, light and dark, on a desk and on a phone: pictures of all, and no violation of accessibility", async () => {
  onTestFailed(() => picture(page, "failed-accessibility"));
  await page.goto(scene.address.split("#")[0]!);
  await look("no-session");
  await page.goto(scene.address);
  await page.getByRole("heading", { name: en.welcome.title }).waitFor();
  await look("welcome");
  await makeIdentity(page, "Dr Ada", PASSPHRASE);
  await look("charts-empty");
  const dialog = await openNewChart(page, "Paula Phantom");
  await dialog.getByLabel(en.word.label, { exact: true }).fill("Adk21224");
  await dialog.getByRole("button", { name: en.charts.make, exact: true }).click();
  await look("word-refused");
  await dialog.getByLabel(en.word.label, { exact: true }).fill(WORD);
  await page.waitForTimeout(1500);
  await look("word");
  await dialog.getByRole("button", { name: en.parts.cancel, exact: true }).click();
  const chart = await makeChart(page, "Paula Phantom", WORD);
  await look("chart-empty");
  await goTo(page, `/charts/${chart}/add`);
  await page.getByTestId("choose-files").setInputFiles([records.scan, records.picture]);
  await page.getByTestId("choose-folder").setInputFiles(records.study);
  await see(page.getByRole("button", { name: /^Seal and send/ })).toBeEnabled({ timeout: 30_000 });
  await look("add-chosen");
  await page.getByRole("button", { name: /^Seal and send/ }).click();
  await waitForStored(page, 3);
  await look("add");
  await goTo(page, `/charts/${chart}`);
  await look("chart");
  await addMore(chart);

  for (const name of ["study", "CT_small.dcm", "chest.png", "report.pdf", "letter.txt", "film.webm"]) {
    await goTo(page, `/charts/${chart}`);
    await page.getByRole("link", { name, exact: true }).click();
    await page.locator(".viewer-frame").locator("canvas, video, pre, table").first().waitFor();
    // A study is put in order while its first picture is shown.
    if (name === "study")
      await see(page.getByText(`/ ${STUDY_FILES}`).first()).toBeVisible({ timeout: 60_000 });
    await page.waitForTimeout(700);
    await look(`record-${name.split(".")[0]!.toLowerCase()}`);
    if (name !== "study") continue;
    for (const key of ["beforeAfter", "fragments", "history"] as const) {
      await page.getByRole("tab", { name: screens.record.tabs[key] }).click();
      await page.waitForTimeout(700);
      await look(`record-${key}`);
    }
  }
  await goTo(page, "/charts");
  await look("charts");
  await goTo(page, "/stores");
  await page.getByRole("button", { name: storesPage.work.verify, exact: true }).click();
  await see(page.getByText(storesPage.report.allRight)).toBeVisible({ timeout: 60_000 });
  await look("stores");
  await tellOfClouds();
  await look("stores-clouds");
  await goTo(page, "/settings");
  await look("settings");
  await goTo(page, "/nowhere");
  await look("not-found");
  await page.getByRole("button", { name: en.shell.lock, exact: true }).click();
  await page.getByLabel(en.unlock.passphrase, { exact: true }).waitFor();
  await look("unlock");
  await unlock(page, PASSPHRASE);
  await goTo(page, `/charts/${chart}`);
  await page.getByLabel(en.word.label, { exact: true }).waitFor();
  await look("chart-closed");
  await giveWord(page, WORD);
  await page.getByRole("heading", { name: "Paula Phantom", level: 1 }).waitFor();
  expect(violations).toEqual([]);
}, 900_000);

/** As a server tells of stores on other machines, with all that the page can say of one. */
async function tellOfClouds(): Promise<void> {
  const { port, token } = scene.server();
  const answer = await fetch(`http://localhost:${port}/api/v1/status`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { stores, ...whole } = (await answer.json()) as Status;
  const json = {
    ...whole,
    losses: { incomplete: 12, tooFew: 1 },
    currency: "EUR",
    stores: stores.map((store, index) => ({
      ...store,
      isLeaving: index === 3,
      latencyMs: index === 5 ? null : 12 + 31 * index,
      sizeBytes: 812_345_678_901,
      traffic: { requests: 1_234_567, errors: 17 * index, readBytes: 98.7e9, writtenBytes: 812e9 },
      health: index === 5 ? "open" : "closed",
      monthlyCost: index === 6 ? null : 18.68,
      costsTraffic: index < 6,
    })),
  };
  await scene.context.route("**/api/v1/status", (route) => route.fulfill({ json }));
  await page.getByRole("button", { name: storesPage.refresh, exact: true }).click();
  await see(page.getByText(storesPage.trafficSince)).toBeVisible();
}

async function addMore(chart: string): Promise<void> {
  await goTo(page, `/charts/${chart}/add`);
  await addRecords(page, { files: [records.report, records.letter, records.film] });
  await waitForStored(page, 6);
}

/** Waits until the page is at rest: nothing loads, and what is to be read stands still. */
async function rest(): Promise<void> {
  await see(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await see(page.locator(".spinner")).toHaveCount(0, { timeout: 30_000 });
  await page.evaluate(() => scrollTo(0, 0));
}

/** Takes the page's pictures and has it checked, in every theme and size. */
async function look(name: string): Promise<void> {
  await rest();
  for (const { theme, name: device, size } of looks) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize(size);
    await page.waitForTimeout(150);
    await picture(page, `${name}-${device}-${theme}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    const cut = await page
      .locator(".table-frame")
      .evaluateAll((frames) => frames.filter((frame) => frame.scrollWidth > frame.clientWidth).length);
    if (cut > 0) violations.push(`${name} ${device} ${theme}: a table is cut off`);
    if (wide > 0) violations.push(`${name} ${device} ${theme}: ${wide} pixels wider than the window`);
    const { violations: found } = await checks[theme](new AxeBuilder({ page })).analyze();
    for (const { id, nodes } of found) {
      violations.push(
        `${name} ${device} ${theme}: ${id} at ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
      );
    }
  }
  const [desk] = looks;
  await page.setViewportSize(desk.size);
}
