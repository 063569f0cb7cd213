import { readTable } from "@chirograph/stores";
import { parseEnvelope, toHex } from "@chirograph/core";
import { HEADER_NAME, type Id } from "@chirograph/vault";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

const PAGE = 1000;

/** Whatever the rows say lies on a store that was honest since the vault was whole is there: nothing in use was swept. */
export async function requireHeld(world: World): Promise<void> {
  for (const version of await world.rows.pageVersions({ limit: PAGE })) {
    if (version.erased) continue;
    for (const [index, place] of version.places.entries()) {
      if (place === null || world.struck.has(place.store)) continue;
      const object = world.site(place.store).disk.objects.get(place.object);
      if (object === undefined || object.length < place.offset + place.lengthBytes)
        throw new Violation(
          "swept",
          `Fragment ${index} of version ${version.version} is not where it should be.`,
        );
    }
  }
  for (const { store, name } of await world.rows.pageObjects({
    kind: "statement",
    state: "live",
    limit: PAGE,
  })) {
    if (!world.struck.has(store) && !world.site(store).disk.objects.has(name))
      throw new Violation("swept", `Statements that store ${store} should have are not there.`);
  }
}

/** Every version lies so that any T stores may be lost. */
export async function requireSpread(world: World): Promise<void> {
  for (const { version, erased, places, envelope } of await world.rows.pageVersions({ limit: PAGE })) {
    if (erased) continue;
    // Of settings that had other stores a version may need other k.
    const { needed } = await parseEnvelope(world.engine, envelope!);
    const stores = places.flatMap((place) => place?.store ?? []);
    const loads = world.sites.map(({ id }) => stores.filter((store) => store === id).length);
    const lost = loads.toSorted((one, other) => other - one).slice(0, world.tolerate);
    const left = lost.reduce((sum, load) => sum - load, stores.length);
    if (left >= needed) continue;
    const told = `of version ${version} ${left} fragments are left without ${lost.length} stores, and ${needed} are needed`;
    throw new Violation("spread", `Nothing is wrong any more, but ${told}.`);
  }
}

/** Nothing of an erased version lies on any disk: what a store kept and the rows forgot, a sweep has found. */
export async function requireGone(world: World): Promise<void> {
  const lying = await fragmentsOnDisks(world);
  for (const { version, token, erased } of world.model.versions.values()) {
    if (erased !== "yes") continue;
    const left = world.fragments.get(version)?.find((id) => lying.has(id));
    if (left !== undefined)
      throw new Violation(
        "erased",
        `${token} was erased and store ${lying.get(left)!} has fragment ${left} of it.`,
      );
  }
}

/** Fragments by id, as the tables of all objects on all disks tell, and a store that has each. */
async function fragmentsOnDisks({ sites }: World): Promise<Map<string, Id>> {
  const lying = new Map<string, Id>();
  for (const { id: store, disk } of sites) {
    for (const name of disk.objects.keys()) {
      if (name === HEADER_NAME) continue;
      for (const { id, kind } of await readTable(disk, name)) {
        if (kind === "fragment") lying.set(toHex(id), store);
      }
    }
  }
  return lying;
}
