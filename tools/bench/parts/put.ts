import { readdirSync, readFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createIdentity, RIGHT_MANAGE, RIGHT_READ, RIGHT_WRITE, Word } from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import type { RecordSource } from "@chirograph/vault";
import { createFoldersVault } from "../../folders-vault/folders-vault.ts";
import type { Context } from "../context.ts";
import { writeNoiseFiles } from "../noise.ts";
import type { Comparison, Run } from "../results.ts";
import { type Contestant, interleave } from "../rounds.ts";
import { peerSealing, sealing } from "./contestants.ts";

const engine = createEngine();

/** Many files that are put into a vault of eight folders, beside programs that keep a folder. */
export async function comparePutting(
  context: Context,
  { part, files, fileBytes }: Pick<Comparison, "part" | "files" | "fileBytes">,
): Promise<Comparison> {
  const { peers, workplace } = context;
  const input = workplace.at("files");
  context.tell(`writing ${files} files`);
  writeNoiseFiles(input, { files, fileBytes });
  try {
    const others = peers.tools.filter(({ takesFolders }) => takesFolders);
    const us = [byCommand(context, input, files)];
    if (part === "notes") us.push(byLibrary(context, input));
    const all = [...us, ...others.map((tool) => peerSealing(context, tool, input))];
    return { part, files, fileBytes, entries: await interleave(all, context) };
  } finally {
    workplace.remove("files");
  }
}

function byCommand(context: Context, input: string, files: number): Contestant {
  let chart = "";
  return sealing(context, {
    id: "chirograph",
    name: "chirograph put",
    syncs: true,
    prepare: async (folder) => {
      chart = await context.chirograph.createVault(folder);
    },
    seal: (folder) => context.chirograph.put(input, folder, chart),
    check(said) {
      const records = new Set(said.trim().split("\n")).size;
      if (records !== files) throw new Error(`chirograph put made ${records} records of ${files} files.`);
    },
  });
}

/** In this process, without start-up and reading of files: what of the time is the vault's own. */
function byLibrary({ workplace, running }: Context, input: string): Contestant {
  const folder = workplace.at("output");
  const names = readdirSync(input);
  return {
    id: "chirograph-library",
    name: "chirograph, in process, from memory",
    syncs: true,
    prepare: async () => mkdirSync(folder),
    async run(): Promise<Run> {
      const notes = names.map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(input, name))) }));
      const owner = await createIdentity(engine);
      const { keeping, vault } = await createFoldersVault(folder, owner);
      try {
        const members = [{ recipient: owner.recipient, rights: RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE }];
        const chart = await vault.newChart({ owner, word: new Word("adk21937"), members });
        const [started, cpu] = [performance.now(), process.cpuUsage()];
        for await (const _ of chart.put(notes.map((note) => sourceOf(note.name, note.bytes)))) {
          running.signal.throwIfAborted();
        }
        const { user, system } = process.cpuUsage(cpu);
        return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
      } finally {
        await keeping.rows.close();
      }
    },
    clear: () => workplace.remove("output"),
  };
}

function sourceOf(name: string, note: Uint8Array): RecordSource {
  return {
    content: () => ({
      shape: "file",
      entries: [{ path: name, bytes: note.length }],
      kind: "application/octet-stream",
      metadata: new Map(),
      data: inPieces(note),
    }),
  };
}

async function* inPieces(note: Uint8Array): AsyncGenerator<Uint8Array> {
  yield note;
}
