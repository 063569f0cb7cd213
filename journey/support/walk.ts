import { expect, type Locator, type Page } from "playwright/test";
import { en } from "../../packages/web/src/texts/en.ts";
import { screens } from "../../packages/web/src/texts/en-screens.ts";

const SLOW_MS = 60_000;

/** What a person does, step by step, by what stands on the page. */

export async function makeIdentity(page: Page, name: string, passphrase: string): Promise<void> {
  await page.getByLabel(en.welcome.name).fill(name);
  await page.getByLabel(en.passphrase.label, { exact: true }).fill(passphrase);
  await page.getByLabel(en.passphrase.again).fill(passphrase);
  await page.getByRole("button", { name: en.welcome.make, exact: true }).click();
  await expect(page.getByRole("heading", { name: en.charts.title, level: 1 })).toBeVisible({
    timeout: SLOW_MS,
  });
}

export async function unlock(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel(en.unlock.passphrase, { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: en.unlock.unlock, exact: true }).click();
}

export async function openNewChart(page: Page, label: string): Promise<Locator> {
  await page.getByRole("button", { name: en.charts.new, exact: true }).first().click();
  const dialog = page.getByRole("dialog", { name: en.charts.newTitle });
  await dialog.getByLabel(en.charts.label, { exact: true }).fill(label);
  return dialog;
}

export async function makeChart(page: Page, label: string, word: string): Promise<string> {
  const dialog = await openNewChart(page, label);
  await dialog.getByLabel(en.word.label, { exact: true }).fill(word);
  await dialog.getByRole("button", { name: en.charts.make, exact: true }).click();
  await page.waitForURL(/\/charts\/[0-9a-f]{32}$/, { timeout: SLOW_MS });
  await expect(page.getByRole("heading", { name: label, level: 1 })).toBeVisible({ timeout: SLOW_MS });
  return page.url().slice(-32);
}

/** Gives the word of the chart that is asked for. */
export async function giveWord(page: Page, word: string): Promise<void> {
  await page.getByLabel(en.word.label, { exact: true }).fill(word);
  await page.getByRole("button", { name: en.charts.openSubmit, exact: true }).click();
}

/** Chooses files, and a folder, on the page where records are added; begins to send them. */
export async function addRecords(
  page: Page,
  chosen: { readonly files?: readonly string[]; readonly folder?: string },
): Promise<void> {
  if (chosen.files !== undefined) await page.getByTestId("choose-files").setInputFiles([...chosen.files]);
  if (chosen.folder !== undefined) await page.getByTestId("choose-folder").setInputFiles(chosen.folder);
  await page.getByRole("button", { name: /^Seal and send/ }).click();
}

/** Waits until so many transfers, of which the page lists more than one, are stored. */
export async function waitForStored(page: Page, count: number, timeout: number = SLOW_MS): Promise<void> {
  const list = page
    .getByRole("region", { name: screens.transfer.title })
    .getByRole("list", { name: screens.transfer.listLabel });
  await expect(list.getByText(screens.transfer.states.done, { exact: true })).toHaveCount(count, { timeout });
}

export async function goTo(page: Page, path: string): Promise<void> {
  // Within the application: a new page would forget every secret.
  await page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
}
