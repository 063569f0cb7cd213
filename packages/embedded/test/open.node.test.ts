// A server keeps a vault open for long: folders go away meanwhile, and come back.
import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readAll } from "@chirograph/stores";
import { HEADER_NAME, repairVault, verifyVault } from "@chirograph/vault";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createEmbedded, type EmbeddedVault, openEmbedded, type Purpose } from "../src/index.ts";
import { Bench } from "./bench.ts";

const bench = new Bench();
const names = ["s1", "s2", "s3", "s4"];
let vault: EmbeddedVault;

beforeAll(async () => {
  await createEmbedded(bench.engine, bench.plan("sound", names));
  for (const name of names) renameSync(bench.path(name), bench.path(`sound-${name}`));
});

beforeEach(async () => {
  for (const name of names) {
    rmSync(bench.path(name), { recursive: true, force: true });
    cpSync(bench.path(`sound-${name}`), bench.path(name), { recursive: true });
  }
  vault = await openEmbedded(bench.engine, bench.path("sound"), "work");
});

afterEach(() => vault.close());

function awayNames({ away, locate }: EmbeddedVault): string[] {
  return away.map(({ id, problem }) => `${locate(id).split("/").at(-1)} ${problem.split(":")[0]}`);
}

function idOf(name: string): string {
  return vault.config.places.find(({ location }) => location!.endsWith(`/${name}`))!.id;
}

async function opened(purpose: Purpose): Promise<string[]> {
  const other = await openEmbedded(bench.engine, bench.path("sound"), purpose);
  const away = awayNames(other);
  await other.close();
  return away;
}

describe("refresh", () => {
  test("follows a folder that goes away and comes back, in one and the same map", async () => {
    const { stores } = vault.keeping;
    const [first, second] = [stores.get(idOf("s1"))!, stores.get(idOf("s2"))!];
    expect(vault.away).toEqual([]);

    renameSync(bench.path("s1"), bench.path("elsewhere"));
    expect(await vault.refresh()).toBe(vault.away);
    expect(awayNames(vault)).toEqual(["s1 is not there"]);
    expect(vault.keeping.stores).toBe(stores);
    expect(stores.has(idOf("s1"))).toBe(false);
    // One that was there all the time is the same object.
    expect(stores.get(idOf("s2"))).toBe(second);

    renameSync(bench.path("elsewhere"), bench.path("s1"));
    await Promise.all([vault.refresh(), vault.refresh()]);
    expect(vault.away).toEqual([]);
    expect(stores.get(idOf("s1"))).not.toBe(first);
    await readAll(stores.get(idOf("s1"))!, HEADER_NAME);
  });

  test("uses no folder that came back as another one", async () => {
    rmSync(bench.path("s1"), { recursive: true });
    mkdirSync(bench.path("s1"));
    renameSync(bench.path("s2"), bench.path("other"));
    cpSync(bench.path("s3"), bench.path("s2"), { recursive: true });
    await vault.refresh();
    expect(awayNames(vault)).toEqual(["s1 has lost its header", "s2 is another store than vault.json says"]);
    expect([...vault.keeping.stores.keys()].toSorted()).toEqual([idOf("s3"), idOf("s4")].toSorted());
    rmSync(bench.path("other"), { recursive: true });
  });
});

describe("what is to be mended", () => {
  test("is used by those only who mend it, and is whole again afterwards", async () => {
    rmSync(bench.path("s1"), { recursive: true });
    mkdirSync(bench.path("s1"));
    await vault.refresh();
    expect(await opened("look")).toEqual(["s1 has lost its header"]);
    expect(await opened("mend")).toEqual([]);

    const mendable = await vault.mendable();
    expect(mendable.stores.has(idOf("s1"))).toBe(true);
    expect(vault.keeping.stores.has(idOf("s1"))).toBe(false);
    const headers = vault.knownHeaders;
    const found = await verifyVault(mendable, { headers });
    expect(found.repairable).toContainEqual(
      expect.objectContaining({ kind: "header missing", store: idOf("s1") }),
    );
    await repairVault(mendable, { headers });
    expect(await vault.refresh()).toEqual([]);
    expect(vault.keeping.stores.has(idOf("s1"))).toBe(true);
  });

  test("is looked for anew each time", async () => {
    renameSync(bench.path("s2"), bench.path("elsewhere"));
    expect((await vault.mendable()).stores.has(idOf("s2"))).toBe(false);
    renameSync(bench.path("elsewhere"), bench.path("s2"));
    expect((await vault.mendable()).stores.has(idOf("s2"))).toBe(true);
  });
});

test("a folder that holds no vault", async () => {
  const nowhere = openEmbedded(bench.engine, join(bench.folder, "none"), "look");
  await expect(nowhere).rejects.toMatchObject({ name: "EmbeddedError", code: "missing" });
});
