import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createIdentity, formatIdentityFile, type Identity, parseIdentityFile } from "@chirograph/core";
import { createEmbedded, pathsIn } from "@chirograph/embedded";
import { createFile, PRIVATE_FOLDER, showName } from "@chirograph/embedded/files";
import type { Engine } from "@chirograph/engine";
import { defaultPolicy, type StoreSettings } from "@chirograph/vault";
import { ServerFailure } from "../failure.ts";
import { type HomePaths, homeIn } from "./layout.ts";

const OTHERS = 0o077;

/** A hospital's own rooms and four providers: no party of one kind has what it takes to read. */
const clouds: readonly Omit<StoreSettings, "id">[] = [
  { kind: "public", provider: "provider a", region: "north", weight: 1 },
  { kind: "public", provider: "provider b", region: "south", weight: 1 },
  { kind: "public", provider: "provider c", region: "west", weight: 1 },
  { kind: "public", provider: "provider d", region: "east", weight: 1 },
  { kind: "private-on-premise", provider: "own", region: "house 1", weight: 1 },
  { kind: "private-on-premise", provider: "own", region: "house 2", weight: 1 },
  { kind: "private-on-premise", provider: "own", region: "house 3", weight: 1 },
  { kind: "private-on-premise", provider: "own", region: "house 4", weight: 1 },
];

/**
 * Makes the data folder, which is its user's alone.
 * @throws ServerFailure for one that others can read
 */
export async function prepareHome(folder: string): Promise<HomePaths> {
  const paths = homeIn(folder);
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  if ((await readdir(folder)).length === 0) await chmod(folder, PRIVATE_FOLDER);
  for (const secret of [folder, paths.owner, paths.token]) await requirePrivate(secret);
  for (const made of [paths.clouds, paths.uploads])
    await mkdir(made, { recursive: true, mode: PRIVATE_FOLDER });
  return paths;
}

async function requirePrivate(path: string): Promise<void> {
  // Windows has no such modes.
  if (process.platform === "win32" || !existsSync(path)) return;
  if (((await stat(path)).mode & OTHERS) === 0) return;
  throw new ServerFailure(
    `Others can read ${showName(path)}: take their rights away (chmod go= and the path).`,
  );
}

/**
 * Makes a vault of eight folders where there is none yet. Cut short anywhere, it goes on at the next start.
 * @returns whether it was made now
 */
export async function prepareVault(engine: Engine, paths: HomePaths): Promise<boolean> {
  if (existsSync(pathsIn(paths.vault).config)) return false;
  const founder = await ownerIn(engine, paths.owner);
  await createEmbedded(engine, {
    folder: paths.vault,
    founder,
    owners: [],
    stores: clouds,
    policy: defaultPolicy(clouds.length),
    locations: clouds.map((_, index) => pathToFileURL(join(paths.clouds, `${index + 1}`)).href),
  });
  return true;
}

/** The identity that owns the catalogue: in the clear, since the server needs no word to start. */
async function ownerIn(engine: Engine, file: string): Promise<Identity> {
  if (existsSync(file)) {
    const read = await parseIdentityFile(engine, await readFile(file, "utf8"));
    return read.unlock(undefined);
  }
  const owner = await createIdentity(engine);
  await createFile(file, await formatIdentityFile(engine, owner));
  return owner;
}
