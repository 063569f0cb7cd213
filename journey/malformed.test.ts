import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect as see, type Page } from "playwright/test";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { en } from "../packages/web/src/texts/en.ts";
import { screens } from "../packages/web/src/texts/en-screens.ts";
import { samples } from "../test-support/data.ts";
import { picture } from "./support/browser.ts";
import { openScene, type Scene } from "./support/scene.ts";
import { goTo, makeChart, makeIdentity } from "./support/walk.ts";

/** A viewer gives up on one file after fifteen seconds. */
const SHOWN_MS = 25_000;

let scene: Scene;
let page: Page;

beforeAll(async () => {
  if (samples.missing !== undefined) return;
  scene = await openScene();
  page = scene.page;
  await page.goto(scene.address);
  await makeIdentity(page, "Dr Ada", "violet tractor seldom orbit");
});

afterAll(() => scene?.close());

test.skipIf(samples.missing !== undefined).each(["dicom-malformed", "dicom", "png", "text"])(
  "every file of %s is shown, or an error is: no blank page, no hang",
  async (folder) => {
    onTestFailed(() => picture(page, `failed-${folder}`));
    await goTo(page, "/charts");
    const chart = await makeChart(page, folder, "adk21937");
    await page.getByRole("link", { name: en.chart.add, exact: true }).first().click();
    const names = readdirSync(join(samples.path, folder)).filter((name) => name !== "README.md");
    await page
      .getByTestId("choose-files")
      .setInputFiles(names.map((name) => join(samples.path, folder, name)));
    const send = page.getByRole("button", { name: /^Seal and send/ });
    await see(send).toBeEnabled({ timeout: 60_000 });
    // Files that look like one study are offered as one record; here each is looked at by itself.
    for (const split = page.getByRole("button", { name: screens.add.split }); (await split.count()) > 0;) {
      await split.first().click();
    }
    await send.click();
    await see(
      page
        .getByRole("list", { name: screens.transfer.listLabel })
        .getByText(screens.transfer.states.done, { exact: true }),
    ).toHaveCount(names.length, { timeout: 120_000 });

    await goTo(page, `/charts/${chart}`);
    const addresses = new Map<string, string>();
    for (const name of names) {
      const link = page.getByRole("link", { name, exact: true });
      addresses.set(name, (await link.getAttribute("href"))!);
    }
    const seen = new Map<string, string>();
    for (const [name, address] of addresses) {
      await goTo(page, address);
      await see(page.getByRole("heading", { name, level: 1 })).toBeVisible();
      const shown = page.locator(
        "figure[data-state=shown], .viewer-frame table, .viewer-frame pre, .viewer-frame canvas, .viewer-frame [role=alert], .viewer-frame [role=status]",
      );
      await see(shown.first(), name).toBeVisible({ timeout: SHOWN_MS });
      seen.set(name, (await page.locator(".viewer-frame").innerText()).slice(0, 80));
    }
    expect([...seen.values()].filter((text) => text.trim() === "")).toEqual([]);
  },
  600_000,
);
