import { createHash, randomBytes, randomInt } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { samplePeople, writeCtStudy } from "@chirograph/clinical/samples";
import { ENVELOPE_FILE_NAME } from "@chirograph/core";
import type { Command } from "commander";
import { explain } from "../explain.ts";
import { Guide } from "../tour/guide.ts";
import { drawPictures } from "../tour/picture.ts";
import { shadeOfBytes, shadeOfSlice } from "../tour/shades.ts";
import { type Stage, withStage } from "../tour/stage.ts";
import { addCommand, type Context, type Outcome, type Perform, teach } from "./command.ts";
import { newIdentity } from "./identity.ts";
import { inspectCommand } from "./inspect.ts";
import { openCommand } from "./open.ts";
import { sealCommand } from "./seal.ts";
import { newSequenceKey } from "./sequence.ts";

/** Eight fragments fit on the screen; for real work a word has twelve characters or more. */
const WORD_LENGTH = 8;
const PICTURE_COLUMNS = 38;

export function addTourCommand(program: Command, perform: Perform): void {
  const tour = addCommand(program, "tour", "see it work on a made-up scan, with nothing to prepare").action(
    perform(tourCommand),
  );
  teach(tour, "It works in a temporary folder, which it removes, and takes a few seconds.");
}

async function tourCommand(context: Context, options: { json?: boolean }): Promise<Outcome> {
  const guide = new Guide(options.json === true);
  return withStage(context, async (stage) => {
    guide.say(
      "Chirograph seals a record, cuts it through a word, and opens it again. Everything here is made up.",
    );
    const before = makeScan(guide, stage);
    await makeSecrets(guide, stage);
    await sealScan(guide, stage);
    showStranger(guide, stage, before);
    await showMarks(guide, stage);
    const losses = loseTwo(guide, stage);
    await tryAnotherWord(guide, stage);
    const after = await openAgain(guide, stage);
    compare(guide, before, after);
    guide.lines("");
    return {
      lines: [],
      document: {
        fragments: WORD_LENGTH,
        ...losses,
        before: sha256(before),
        after: sha256(after),
        identical: before.equals(after),
      },
    };
  });
}

function makeScan(guide: Guide, { path }: Stage): Buffer {
  guide.chapter("A scan");
  const plan = { person: samplePeople.paula, slices: 1, date: "20260302", randomBytes };
  const [slice] = [...writeCtStudy(plan)] as [Uint8Array];
  writeFileSync(path("head.dcm"), slice);
  guide.say(
    `One CT slice of a phantom head, written as DICOM: head.dcm, ${slice.length.toLocaleString("en")} bytes.`,
  );
  return readFileSync(path("head.dcm"));
}

async function makeSecrets(guide: Guide, { context, path }: Stage): Promise<void> {
  guide.chapter("Keys and a word");
  guide.say("Paula keeps an identity, her private keys, and hands out its public half, the recipient.");
  guide.command("identity new -o paula.key > paula.pub");
  const { lines } = await newIdentity(context, { output: path("paula.key"), passphrase: false });
  writeFileSync(path("paula.pub"), `${lines[0]}\n`);
  guide.quote([`${lines[0]!.slice(0, 60)}…`]);
  guide.say("And a word that she tells to whoever may open the record: its length is the number of pieces.");
  guide.command(`sequence new --length ${WORD_LENGTH} > word`);
  const word = await newSequenceKey(context, { length: WORD_LENGTH });
  writeFileSync(path("word"), `${word.lines[0]}\n`);
  guide.quote(word.lines);
}

async function sealScan(guide: Guide, { context, path, remarks }: Stage): Promise<void> {
  guide.chapter("Sealed and cut");
  remarks();
  guide.command("seal head.dcm -o sealed --to paula.pub --sequence-key-file word");
  await sealCommand(context, path("head.dcm"), {
    output: path("sealed"),
    to: [path("paula.pub")],
    sequenceKeyFile: path("word"),
  });
  guide.quote(remarks());
  guide.say(`The scan is encrypted and dealt over ${WORD_LENGTH} files, each as good as the others:`);
  guide.quote(fragmentNames(path("sealed")));
}

function showStranger(guide: Guide, { path }: Stage, scan: Buffer): void {
  guide.chapter("What a store sees");
  const fragment = readFileSync(join(path("sealed"), fragmentNames(path("sealed"))[0]!));
  const start = fragment.length / 2;
  const noise = fragment.subarray(start, start + PICTURE_COLUMNS ** 2);
  const hasColours = process.stdout.isTTY && process.stdout.getColorDepth() >= 8;
  const pictures = [shadeOfSlice(scan), shadeOfBytes(noise, PICTURE_COLUMNS)];
  guide.say("Left, the scan. Right, the bytes of a fragment, drawn the same way:");
  guide.lines("", ...drawPictures(pictures, PICTURE_COLUMNS, hasColours), "");
}

async function showMarks(guide: Guide, { context, path }: Stage): Promise<void> {
  guide.say("At each end a fragment carries a mark. To whoever lacks the word, marks are random bytes:");
  guide.command("inspect sealed");
  const stranger = await inspectCommand(context, path("sealed"), {});
  guide.quote(shorten(fragmentLines(stranger)));
  guide.say("With Paula's key and the word, the same marks say which fragment comes after which:");
  guide.command("inspect sealed --identity paula.key --sequence-key-file word");
  const reader = await inspectCommand(context, path("sealed"), secretsOf(path));
  guide.quote(shorten(fragmentLines(reader)));
}

function loseTwo(guide: Guide, { path }: Stage): { deleted: string; damaged: string } {
  guide.chapter("Two stores fail");
  const [deleted, damaged] = fragmentNames(path("sealed")) as [string, string];
  rmSync(join(path("sealed"), deleted));
  const file = join(path("sealed"), damaged);
  const bytes = readFileSync(file);
  const position = randomInt(bytes.length);
  bytes[position]! ^= 1 << randomInt(8);
  writeFileSync(file, bytes);
  guide.say(
    `One loses its fragment, ${deleted.slice(0, 8)}…; in another, ${damaged.slice(0, 8)}…, one bit turns over.`,
  );
  return { deleted, damaged };
}

async function tryAnotherWord(guide: Guide, { context, path, remarks }: Stage): Promise<void> {
  guide.say("Somebody who has all that is left, even Paula's key, but not the word:");
  writeFileSync(path("guess"), "another9\n");
  guide.command("open sealed -o head-again.dcm --identity paula.key --sequence-key-file guess");
  try {
    await openCommand(context, path("sealed"), { ...openOptions(path), sequenceKeyFile: path("guess") });
  } catch (error) {
    guide.quote([explain(error).message]);
  }
  remarks();
}

async function openAgain(guide: Guide, { context, path, remarks }: Stage): Promise<Buffer> {
  guide.chapter("Opened again");
  guide.command("open sealed -o head-again.dcm --identity paula.key --sequence-key-file word");
  await openCommand(context, path("sealed"), openOptions(path));
  guide.quote(remarks());
  return readFileSync(path("head-again.dcm"));
}

function compare(guide: Guide, before: Buffer, after: Buffer): void {
  guide.say("The loss and the damage were named, and made good by the others. SHA-256 before and after:");
  guide.quote([`${sha256(before)}  head.dcm`, `${sha256(after)}  head-again.dcm`]);
  guide.say(
    before.equals(after) ? "Bit for bit the same." : "They differ. That must never happen: please report it.",
  );
  guide.lines("");
  guide.say(
    "Next, with a file of your own: chirograph --help shows the five commands that you have just seen, and those of " +
      "a vault, which keeps charts on several stores (README.md, “A vault”).",
  );
}

function openOptions(path: Stage["path"]): { output: string; identity: string; sequenceKeyFile: string } {
  return { output: path("head-again.dcm"), ...secretsOf(path) };
}

function secretsOf(path: Stage["path"]): { identity: string; sequenceKeyFile: string } {
  return { identity: path("paula.key"), sequenceKeyFile: path("word") };
}

function fragmentNames(folder: string): string[] {
  return readdirSync(folder).filter((name) => name !== ENVELOPE_FILE_NAME);
}

function fragmentLines({ lines }: Outcome): string[] {
  return lines.filter((line) => /^ *\d+  (sound|damaged|missing)/.test(line));
}

/** Names and marks by their first digits. */
function shorten(lines: readonly string[]): string[] {
  return lines.map((line) => line.replaceAll(/([0-9a-f]{12})[0-9a-f]{20}/g, "$1…"));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
