import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve as resolvePath } from "node:path";
import { parseIdentityFile } from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import dicomParser from "dicom-parser";
import { expect as see, type Page } from "playwright/test";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { en } from "../packages/web/src/texts/en.ts";
import { storesPage } from "../packages/web/src/texts/en-stores.ts";
import { screens } from "../packages/web/src/texts/en-screens.ts";
import { viewersEn } from "../packages/web/src/texts/en-viewers.ts";
import { dumpStorage } from "./support/browser-storage.ts";
import { picture } from "./support/browser.ts";
import {
  OWN_SENTENCE,
  type Records,
  sha256,
  sha256OfFile,
  STUDY_FILES,
  writeRecords,
} from "./support/records.ts";
import { openScene, type Scene } from "./support/scene.ts";
import {
  type Leak,
  searchBytes,
  searchFile,
  searchFolder,
  type Secret,
  textSecret,
} from "./support/secrets.ts";
import { clouds } from "./support/server.ts";
import { addRecords, goTo, makeChart, makeIdentity, openNewChart, waitForStored } from "./support/walk.ts";

const PASSPHRASE = "violet tractor seldom orbit";
const WORD = "adk21937";
const LABEL = "Paula Phantom, 1974";
const cli = resolvePath(import.meta.dirname, "../packages/cli/bin/chirograph.js");

let scene: Scene;
let page: Page;
let records: Records;
let chart: string;
/** By name, the record's address. */
const addresses = new Map<string, string>();

beforeAll(async () => {
  scene = await openScene();
  page = scene.page;
  records = await writeRecords(scene.folder, page);
});

afterAll(() => scene.close());

// Where a step fails, what was to be seen is kept.
beforeEach(({ onTestFailed }) => onTestFailed(() => (page.isClosed() ? undefined : picture(page, "failed"))));

describe("from an empty browser to a picture and back", () => {
  test("the token leaves the address at once", async () => {
    await page.goto(scene.address);
    await see(page.getByRole("heading", { name: en.welcome.title, level: 1 })).toBeVisible();
    expect(page.url()).not.toContain("token");
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
  });

  test("an identity is made in the browser", async () => {
    await makeIdentity(page, "Dr Ada", PASSPHRASE);
  });

  test("Adk 1234, Adk21224 and Adk12 are refused with the right rule, and nothing is sent", async () => {
    const dialog = await openNewChart(page, LABEL);
    const rules = [
      ["Adk 1234", en.word.rule["white-space"]],
      ["Adk21224", en.word.rule.repeated],
      ["Adk12", en.word.rule.length(8)],
    ] as const;
    for (const [word, rule] of rules) {
      await dialog.getByLabel(en.word.label, { exact: true }).fill(word);
      const line = dialog
        .getByRole("list", { name: en.word.rules })
        .getByRole("listitem")
        .filter({ hasText: rule });
      const sent = statSync(scene.record).size;
      await dialog.getByRole("button", { name: en.charts.make, exact: true }).click();
      const field = dialog.getByLabel(en.word.label, { exact: true });
      await see(field).toHaveAttribute("aria-invalid", "true");
      await see(field).toHaveAccessibleDescription(new RegExp(rule));
      await see(line).not.toContainText(en.word.state.kept);
      for (const [, other] of rules.filter(([, each]) => each !== rule)) {
        await see(dialog.getByRole("listitem").filter({ hasText: other })).toContainText(en.word.state.kept);
      }
      expect(statSync(scene.record).size).toBe(sent);
    }
    await dialog.getByRole("button", { name: en.parts.cancel, exact: true }).click();
  });

  test("adk21937 makes a chart", async () => {
    chart = await makeChart(page, LABEL, WORD);
  });

  test("a scan, a picture, a report, a letter, a film and a study of sixty files are sealed and stored", async () => {
    await page.getByRole("link", { name: en.chart.add, exact: true }).first().click();
    const { scan, picture: png, report, letter, film, study } = records;
    await addRecords(page, { files: [scan, png, report, letter, film], folder: study });
    await waitForStored(page, 6, 120_000);
    await picture(page, "add-stored");
  });

  test("eight fragments, with both marks of each and the store it went to", async () => {
    await goTo(page, `/charts/${chart}`);
    for (const name of ["CT_small.dcm", "chest.png", "report.pdf", "letter.txt", "film.webm", "study"]) {
      const link = page.getByRole("link", { name, exact: true });
      addresses.set(name, (await link.getAttribute("href"))!);
    }
    await openRecord("CT_small.dcm");
    await page.getByRole("tab", { name: screens.record.tabs.fragments }).click();
    const rows = page.getByRole("table").getByRole("row");
    await see(rows).toHaveCount(1 + WORD.length);
    for (let number = 1; number <= 8; number++) {
      await see(page.getByRole("cell", { name: `cloud ${number}`, exact: true })).toHaveCount(1);
    }
    await picture(page, "record-fragments");
  });

  test("the record before and after", async () => {
    await page.getByRole("tab", { name: screens.record.tabs.beforeAfter }).click();
    await see(page.getByRole("img", { name: screens.picture.after })).toBeVisible();
    await picture(page, "record-before-after");
  });

  test("with two stores away every record opens, pixel for pixel and byte for byte", async () => {
    for (const number of [2, 5]) renameSync(clouds(scene.home)(number), join(scene.folder, `away-${number}`));
    await checkScan();
    await checkPicture();
    await checkFilm();
    await checkReport();
    await checkLetter();
    await checkStudy();
    for (const name of ["CT_small.dcm", "chest.png", "report.pdf", "letter.txt", "film.webm"]) {
      await checkDownload(name);
    }
  });

  test("the stores page names those that are away", async () => {
    await goTo(page, "/stores");
    await see(page.getByText(storesPage.away, { exact: true })).toHaveCount(2, { timeout: 60_000 });
    await picture(page, "stores-away");
  });

  test("empty folders in their place are repaired", async () => {
    for (const number of [2, 5]) mkdirSync(clouds(scene.home)(number), { mode: 0o700 });
    await page.getByRole("button", { name: storesPage.work.repair, exact: true }).click();
    await see(page.getByText(storesPage.away, { exact: true })).toHaveCount(0, { timeout: 60_000 });
    await page.getByRole("button", { name: storesPage.work.verify, exact: true }).click();
    await see(page.getByText(storesPage.report.allRight)).toBeVisible({ timeout: 60_000 });
    // Two others may be lost now.
    for (const number of [1, 8]) renameSync(clouds(scene.home)(number), join(scene.folder, `away-${number}`));
    await checkStudy();
    await checkDownload("film.webm");
    for (const number of [1, 8]) renameSync(join(scene.folder, `away-${number}`), clouds(scene.home)(number));
  });

  test("the command line opens what the browser put, and the browser what the command line put", async () => {
    await goTo(page, "/settings");
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: en.settings.export, exact: true }).click();
    const identity = join(scene.folder, "ada.key");
    await (await downloading).saveAs(identity);
    const run = commandLine(identity);
    for (const [name, file] of [
      ["CT_small.dcm", records.scan],
      ["film.webm", records.film],
    ] as const) {
      const back = join(scene.folder, `back-${name}`);
      run(["get", addresses.get(name)!.slice(-32), "-o", back]);
      expect(sha256OfFile(back)).toBe(sha256OfFile(file));
    }
    const note = join(scene.folder, "from-the-command-line.txt");
    writeFileSync(note, "Put by the command line.\n");
    run(["put", note, "--chart", chart]);
    await goTo(page, `/charts/${chart}`);
    await page.getByRole("button", { name: en.chart.refresh, exact: true }).click();
    await page.getByRole("link", { name: "from-the-command-line.txt", exact: true }).click();
    await see(page.getByText("Put by the command line.")).toBeVisible();
  });

  test("the first picture of the study follows the word; how soon is printed", async () => {
    await goTo(page, `/charts/${chart}`);
    await page.getByRole("button", { name: en.chart.close, exact: true }).click();
    // What closes a chart leads to all of them, and would lead away from where one goes too soon.
    await page.getByRole("heading", { name: en.charts.title, level: 1 }).waitFor();
    await goTo(page, addresses.get("study")!);
    await page.getByLabel(en.word.label, { exact: true }).fill(WORD);
    const begin = Date.now();
    await page.getByRole("button", { name: en.charts.openSubmit, exact: true }).click();
    await page.locator("figure[data-state=shown][data-frame]").waitFor();
    console.log(`the word to the first picture: ${Date.now() - begin} ms`);
    await picture(page, "record-study");
  });

  test("no secret and no plaintext was sent or kept", async () => {
    expect(await findLeaks(scene, await secretsOfJourney())).toEqual([]);
  });
});

async function secretsOfJourney(): Promise<Secret[]> {
  const file = readFileSync(join(scene.folder, "ada.key"), "utf8");
  const { kemSeed, signSeed } = await (await parseIdentityFile(createEngine(), file)).unlock(PASSPHRASE);
  const middle = (path: string): Uint8Array => {
    const bytes = readFileSync(path);
    const half = Math.floor(bytes.length / 2);
    return bytes.subarray(half, half + 48);
  };
  const slice = dicomParser.parseDicom(readFileSync(join(records.study, "030.dcm")));
  return [
    textSecret("the word", WORD),
    textSecret("the passphrase", PASSPHRASE),
    textSecret("the label", LABEL),
    { name: "the private decryption key", bytes: kemSeed },
    { name: "the private signing key", bytes: signSeed },
    textSecret("the letter", OWN_SENTENCE),
    textSecret("a file's name", "CT_small.dcm"),
    textSecret("the study's patient", "Phantom^Paula"),
    { name: "the picture", bytes: middle(records.picture) },
    { name: "the scan", bytes: middle(records.scan) },
    textSecret("a slice of the study", slice.string("x00080018")!),
    { name: "the film", bytes: middle(records.film) },
    { name: "the report", bytes: middle(records.report) },
  ];
}

/** Ways in which a word could get out, one each. */
const plants: readonly (readonly [string, (word: string) => unknown])[] = [
  ["a request's address", (word) => fetch(`/api/v1/health?w=${word}`)],
  ["a request's body", (word) => fetch("/api/v1/session", { method: "POST", body: `x${btoa(`a${word}`)}` })],
  ["localStorage", (word) => localStorage.setItem("draft", word)],
  [
    "a database",
    (word) =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open("planted", 1);
        opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore("s"));
        opening.addEventListener("success", () => {
          opening.result.transaction("s", "readwrite").objectStore("s").put({ note: word }, 1);
          opening.result.close();
          resolve();
        });
      }),
  ],
  ["a cache", async (word) => (await caches.open("planted")).put("/planted", new Response(word))],
  ["the address", (word) => history.pushState(null, "", `/charts?word=${word}`)],
  ["the tab's name", (word) => (document.title = word)],
  [
    "its own files",
    async (word) => {
      const folder = await navigator.storage.getDirectory();
      const file = await (await folder.getFileHandle("planted", { create: true })).createWritable();
      await file.write(word);
      await file.close();
    },
  ],
];

test.each(plants)("a leak that was planted in %s is found", async (_, plant) => {
  const planted = await openScene();
  try {
    await planted.page.goto(planted.address);
    await planted.page.getByRole("heading", { level: 1 }).waitFor();
    await planted.page.evaluate(plant, WORD);
    await planted.page.waitForTimeout(500);
    expect((await findLeaks(planted, [textSecret("the word", WORD)])).length).toBeGreaterThan(0);
  } finally {
    await planted.close();
  }
});

/** Everything of these that was sent, or is kept: by what the browser gives of its storage, and by its files. Closes it. */
async function findLeaks(looked: Scene, secrets: readonly Secret[]): Promise<Leak[]> {
  await looked.tap.settle();
  const storage = await dumpStorage(looked.page);
  const leaks = [
    ...searchFile(secrets, looked.record),
    ...searchBytes(secrets, "storage", Buffer.from(storage, "latin1")),
    ...searchBytes(secrets, "address", Buffer.from(looked.page.url())),
  ];
  await looked.context.close();
  return [...leaks, ...searchFolder(secrets, looked.profile)];
}

async function openRecord(name: string): Promise<void> {
  await goTo(page, addresses.get(name)!);
  await see(page.getByRole("heading", { name, level: 1 })).toBeVisible();
}

/** The scan's stored pixel values, as an independent reader finds them in the file. */
async function checkScan(): Promise<void> {
  await openRecord("CT_small.dcm");
  const bytes = readFileSync(records.scan);
  const element = dicomParser.parseDicom(bytes).elements["x7fe00010"]!;
  const pixels = sha256(bytes.subarray(element.dataOffset, element.dataOffset + element.length));
  await see(page.locator("figure[data-pixels-sha256]")).toHaveAttribute("data-pixels-sha256", pixels);
  await picture(page, "record-scan");
}

async function checkPicture(): Promise<void> {
  await openRecord("chest.png");
  const canvas = page.locator("figure canvas").first();
  await canvas.waitFor();
  const file = readFileSync(records.picture).toString("base64");
  const same = await canvas.evaluate(async (shown: HTMLCanvasElement, original): Promise<boolean> => {
    const bytes = Uint8Array.from(atob(original), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const expected = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
    expected.drawImage(bitmap, 0, 0);
    const [left, right] = [
      shown.getContext("2d")!.getImageData(0, 0, shown.width, shown.height).data,
      expected.getImageData(0, 0, bitmap.width, bitmap.height).data,
    ];
    return left.length === right.length && left.every((value, index) => value === right[index]);
  }, file);
  expect(same).toBe(true);
}

async function checkFilm(): Promise<void> {
  await openRecord("film.webm");
  const video = page.locator("video");
  await video.waitFor();
  const seen = await video.evaluate(async (film: HTMLVideoElement) => {
    const once = (name: string): Promise<unknown> =>
      new Promise((resolve) => film.addEventListener(name, resolve, { once: true }));
    if (film.readyState < 2) await once("loadeddata");
    const seeked = once("seeked");
    film.currentTime = 1.5;
    await seeked;
    return { width: film.videoWidth, height: film.videoHeight, time: film.currentTime };
  });
  expect(seen).toEqual({ width: 160, height: 120, time: 1.5 });
}

async function checkReport(): Promise<void> {
  await openRecord("report.pdf");
  const canvas = page.locator("canvas").first();
  await canvas.waitFor();
  await see
    .poll(() =>
      canvas.evaluate((drawn: HTMLCanvasElement) => {
        const { data } = drawn.getContext("2d")!.getImageData(0, 0, drawn.width, drawn.height);
        return data.some((value, index) => index % 4 !== 3 && value < 128);
      }),
    )
    .toBe(true);
}

async function checkLetter(): Promise<void> {
  await openRecord("letter.txt");
  await see(page.getByText(OWN_SENTENCE)).toBeVisible();
}

async function checkStudy(): Promise<void> {
  await openRecord("study");
  const figure = page.locator("figure[data-state=shown]");
  await figure.waitFor({ timeout: 30_000 });
  // The whole stack is in order once its last picture is known.
  await see(page.getByText(`/ ${STUDY_FILES}`).first()).toBeVisible({ timeout: 60_000 });
  const first = readFileSync(join(records.study, "001.dcm"));
  const last = readFileSync(join(records.study, `0${STUDY_FILES}.dcm`));
  for (const [key, bytes] of [
    ["Home", first],
    ["End", last],
  ] as const) {
    await page.getByRole("slider").last().press(key);
    const element = dicomParser.parseDicom(bytes).elements["x7fe00010"]!;
    const pixels = sha256(bytes.subarray(element.dataOffset, element.dataOffset + element.length));
    await see(page.locator("figure[data-pixels-sha256]")).toHaveAttribute("data-pixels-sha256", pixels, {
      timeout: 30_000,
    });
  }
}

async function checkDownload(name: string): Promise<void> {
  await openRecord(name);
  const downloading = page.waitForEvent("download");
  await page
    .getByRole("button", { name: viewersEn.download })
    .or(page.getByRole("link", { name: viewersEn.download }))
    .first()
    .click();
  const path = await (await downloading).path();
  const original = {
    "CT_small.dcm": records.scan,
    "chest.png": records.picture,
    "report.pdf": records.report,
    "letter.txt": records.letter,
    "film.webm": records.film,
  }[name]!;
  expect(sha256OfFile(path)).toBe(sha256OfFile(original));
  rmSync(path);
}

/** The command line at the same server, with what belongs to it in files. */
function commandLine(identity: string): (command: readonly string[]) => string {
  const word = join(scene.folder, "word");
  const passphrase = join(scene.folder, "passphrase");
  writeFileSync(word, `${WORD}\n`);
  writeFileSync(passphrase, `${PASSPHRASE}\n`);
  const keys = ["--identity", identity, "--passphrase-file", passphrase, "--sequence-key-file", word];
  const env = {
    ...process.env,
    CHIROGRAPH_SERVER: `http://localhost:${scene.server().port}`,
    CHIROGRAPH_TOKEN: scene.server().token,
    CHIROGRAPH_STATE: join(scene.folder, "state"),
  };
  return (command) =>
    execFileSync(process.execPath, [cli, ...command, ...keys], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
}
