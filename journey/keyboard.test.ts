import { join } from "node:path";
import { expect as see, type Page } from "playwright/test";
import { afterAll, beforeAll, onTestFailed, test } from "vitest";
import { en } from "../packages/web/src/texts/en.ts";
import { storesPage } from "../packages/web/src/texts/en-stores.ts";
import { screens } from "../packages/web/src/texts/en-screens.ts";
import { picture } from "./support/browser.ts";
import { type Records, writeRecords } from "./support/records.ts";
import { openScene, type Scene } from "./support/scene.ts";

const PASSPHRASE = "violet tractor seldom orbit";
const WORD = "adk21937";

let scene: Scene;
let records: Records;

beforeAll(async () => {
  scene = await openScene();
  records = await writeRecords(scene.folder, scene.page);
});

afterAll(() => scene.close());

test("the journey by keyboard alone", async () => {
  onTestFailed(() => picture(scene.page, "failed-keyboard"));
  await seeJourneyByKeyboard(scene.page, scene.address, join(records.study, "030.dcm"));
});

async function seeJourneyByKeyboard(walker: Page, address: string, file: string): Promise<void> {
  const { keyboard } = walker;
  /** Goes on with Tab until what has the focus has this name. */
  const tabTo = async (name: string | RegExp): Promise<void> => {
    for (let presses = 0; presses < 80; presses++) {
      await keyboard.press("Tab");
      const found = await walker.evaluate(nameOfFocus);
      if (
        typeof name === "string"
          ? found.split("|").some((part) => part.trim().startsWith(name))
          : name.test(found)
      )
        return;
    }
    throw new Error(`No Tab leads to ${String(name)}.`);
  };
  // Heard from the start: a chooser that opens before the browser was told to hand it over goes to nobody.
  walker.on("filechooser", (chooser) => void chooser.setFiles(file));
  await walker.goto(address);
  await walker.getByRole("heading", { name: en.welcome.title }).waitFor();
  await tabTo(en.welcome.name);
  await keyboard.type("Dr Key");
  await tabTo(en.passphrase.label);
  await keyboard.type(PASSPHRASE);
  await tabTo(en.passphrase.again);
  await keyboard.type(PASSPHRASE);
  await keyboard.press("Enter");
  await walker.getByRole("heading", { name: en.charts.title, level: 1 }).waitFor();
  await tabTo(en.charts.new);
  await keyboard.press("Enter");
  await walker.getByRole("dialog").waitFor();
  await tabTo(en.charts.label);
  await keyboard.type("By keyboard");
  await tabTo(en.word.label);
  await keyboard.type("Adk12");
  await keyboard.press("Enter");
  const field = walker.getByLabel(en.word.label, { exact: true });
  await see(field).toHaveAttribute("aria-invalid", "true");
  await see(field).toBeFocused();
  await keyboard.press("Control+A");
  await keyboard.type(WORD);
  await keyboard.press("Enter");
  await walker.getByRole("heading", { name: "By keyboard", level: 1 }).waitFor({ timeout: 30_000 });
  await tabTo(en.chart.add);
  await keyboard.press("Enter");
  await walker.getByRole("heading", { name: screens.add.title, level: 1 }).waitFor();
  await tabTo(screens.add.chooseFiles);
  await keyboard.press("Enter");
  await walker.getByRole("button", { name: /^Seal and send/ }).waitFor();
  await tabTo(/Seal and send/);
  await keyboard.press("Enter");
  await walker.getByText(screens.transfer.states.done, { exact: true }).first().waitFor({ timeout: 30_000 });
  await tabTo(screens.transfer.actions.open);
  await keyboard.press("Enter");
  const figure = walker.locator("figure[data-state=shown]");
  await figure.waitFor({ timeout: 30_000 });
  await tabTo(screens.record.tabs.view);
  await keyboard.press("ArrowRight");
  await see(walker.getByRole("img", { name: screens.picture.after })).toBeVisible({ timeout: 60_000 });
  await keyboard.press("ArrowRight");
  await see(walker.getByRole("table")).toBeVisible({ timeout: 60_000 });
  await tabTo(en.shell.lock).catch(async () => {
    await keyboard.press("Home");
    await tabTo(en.shell.lock);
  });
  await keyboard.press("Enter");
  await walker.getByLabel(en.unlock.passphrase, { exact: true }).waitFor();

  await tabTo(en.unlock.passphrase);
  await keyboard.type(PASSPHRASE);
  await keyboard.press("Enter");
  await walker.getByLabel(en.word.label, { exact: true }).waitFor({ timeout: 30_000 });
  await tabTo(en.word.label);
  await keyboard.type(WORD);
  await keyboard.press("Enter");
  await figure.waitFor({ timeout: 30_000 });
  await tabTo(en.shell.stores);
  await keyboard.press("Enter");
  await walker.getByRole("heading", { name: storesPage.title, level: 1 }).waitFor();
  await tabTo(storesPage.work.repair);
  await keyboard.press("Enter");
  await see(walker.getByText(storesPage.report.nothingToDo)).toBeVisible({ timeout: 60_000 });
}

/** What the focus is on is asked for in one step: a page that is being drawn anew takes the focus away at any time. */
function nameOfFocus(): string {
  const element = document.activeElement as HTMLInputElement | null;
  if (element === document.body) return "";
  const labels = [...(element?.labels ?? [])].map((each) => each.textContent).join(" ");
  return `${element?.getAttribute("aria-label") ?? ""}|${labels}|${element?.textContent ?? ""}`;
}
