// Makes the examples in golden/ that are not there yet: one small sealed folder of each profile and version of the
// format. What is there is never made again, since every later build must open it as it is. golden/v1-vault holds the
// stores of a vault whose settings have format 1; this build writes a later one.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createIdentity,
  type Entry,
  type FolderPlan,
  formatIdentityFile,
  formatProtectedIdentityFile,
  sealFolder,
  Word,
} from "@chirograph/core";
import { createEngine } from "@chirograph/engine";

interface Example {
  readonly name: string;
  readonly word: string;
  readonly passphrase?: string;
  readonly kind: string;
  readonly signed: boolean;
  readonly how: FolderPlan["how"];
  /** One file where there is one name without a slash, else a folder. */
  readonly content: Readonly<Record<string, string>>;
}

const note = "Patient: Ada Example (made up). Chest film of 3 March: no finding.\n";

const examples: readonly Example[] = [
  {
    name: "v1-aes-128",
    word: "adk21937",
    kind: "text/plain",
    signed: true,
    how: { profile: "locked", suite: "aes-128", padded: true },
    content: { "note.txt": note },
  },
  {
    name: "v1-aes-256-unpadded-protected",
    word: "wörte日😀x9",
    passphrase: "a passphrase for the example only",
    kind: "text/plain",
    signed: true,
    how: { profile: "locked", suite: "aes-256", tolerate: 3, padded: false },
    content: { "note.txt": note.repeat(400) },
  },
  {
    name: "v1-folder-one-time-author",
    word: "bcdfghjkmnpq",
    kind: "application/vnd.chirograph.folder",
    signed: false,
    how: { profile: "locked", suite: "aes-128", tolerate: 0, padded: true },
    content: {
      "empty/": "",
      "letters/first.txt": "one\n",
      "letters/second.txt": "two\n",
      "résumé.txt": note,
    },
  },
  {
    name: "v1-classic",
    word: "Blé3xyz9",
    kind: "text/plain",
    signed: true,
    how: { profile: "classic" },
    content: { "note.txt": note },
  },
];

const engine = createEngine();
const golden = join(import.meta.dirname, "..", "golden");
for (const example of examples) {
  if (existsSync(join(golden, example.name))) continue;
  await make(example, join(golden, example.name));
  console.log(`made ${example.name}: ${readdirSync(join(golden, example.name, "sealed")).length} files`);
}

async function make(example: Example, folder: string): Promise<void> {
  const identity = await createIdentity(engine);
  const sealed = join(folder, "sealed");
  mkdirSync(sealed, { recursive: true });
  const fragments: { name: string; parts: Uint8Array[] }[] = [];
  const { envelopeFile } = await sealFolder(
    engine,
    {
      ...(example.signed ? { author: identity } : {}),
      readers: [identity.recipient],
      word: new Word(example.word),
      time: Date.now(),
      how: example.how,
      content: {
        shape: "note.txt" in example.content ? "file" : "folder",
        entries: entriesOf(example),
        kind: example.kind,
        metadata: new Map(),
        data: dataOf(example),
      },
    },
    {
      open: async (planned) => {
        for (const { name } of planned) fragments.push({ name, parts: [] });
      },
      write: async (index, bytes) => {
        fragments[index]!.parts.push(bytes.slice());
      },
    },
  );
  for (const { name, parts } of fragments) writeFileSync(join(sealed, name), Buffer.concat(parts));
  writeFileSync(join(sealed, "envelope"), envelopeFile);
  writeContent(example, join(folder, "content"));
  writeFileSync(join(folder, "word.txt"), `${example.word}\n`);
  if (example.passphrase === undefined) {
    writeFileSync(join(folder, "identity.txt"), await formatIdentityFile(engine, identity));
  } else {
    writeFileSync(join(folder, "passphrase.txt"), `${example.passphrase}\n`);
    const text = await formatProtectedIdentityFile(engine, identity, example.passphrase);
    writeFileSync(join(folder, "identity.txt"), text);
  }
}

function entriesOf({ content }: Example): Entry[] {
  return Object.entries(content).map(([path, text]) => ({ path, bytes: Buffer.byteLength(text) }));
}

async function* dataOf({ content }: Example): AsyncGenerator<Uint8Array> {
  for (const text of Object.values(content)) yield new TextEncoder().encode(text);
}

/** Empty folders are not kept by every tool that carries the examples, so they are not written. */
function writeContent({ content }: Example, folder: string): void {
  mkdirSync(folder);
  for (const [path, text] of Object.entries(content)) {
    if (path.endsWith("/")) continue;
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
