import { createIdentity, fromHex, type Identity, labelled, utf8, Writer } from "@chirograph/core";
import { createMemoryStore } from "@chirograph/stores/memory";
import { beforeAll, describe, expect, test } from "vitest";
import { VaultError } from "../../src/error.ts";
import { createVault } from "../../src/keeper/create.ts";
import { HEADER_NAME, openHeader, sealHeader } from "../../src/keeper/header.ts";
import { encodeSettings, parseSettings } from "../../src/keeper/settings-format.ts";
import type { VaultSettings } from "../../src/keeper/settings.ts";
import { engine, idOf, makePeople, type People, refusal, settingsOf, withFaults } from "./fixtures.ts";

let people: People;
let settings: VaultSettings;
beforeAll(async () => {
  people = await makePeople();
  const { ada, ben } = people;
  const base = settingsOf(ada, 3, { kinds: ["public", "private-hosted"] });
  settings = { ...base, owners: [ada.recipient, ben.recipient] };
});

const storesOf = (own: VaultSettings) => new Map(own.stores.map(({ id }) => [id, createMemoryStore()]));
const onlyFirst = (own: VaultSettings): VaultSettings => ({
  ...own,
  stores: own.stores.slice(0, 1),
  policy: { ...own.policy, tolerate: 0 },
});
const catalogueKey = new Uint8Array(32).fill(5);
const store = idOf(2);
const seal = (founder: Identity, own: VaultSettings = settings): Promise<Uint8Array> =>
  sealHeader(engine, { settings: own, catalogueKey, store, founder });

/** As they were written before there were weights and rules about providers. */
/** Behind magic, format and the vault's id. */
const GENERATION_AT = 8 + 2 + 16;

function firstFormat({ vault, owners, stores, policy }: VaultSettings): Uint8Array {
  const writer = new Writer().raw(utf8("CHGVSETT")).u16(1).fixed(fromHex(vault)!, 16).u16(owners.length);
  for (const { bytes } of owners) writer.bytes16(bytes);
  writer.u16(stores.length);
  for (const { id, kind, provider, region } of stores) {
    const number = kind === "public" ? 1 : kind === "private-on-premise" ? 2 : 3;
    writer.fixed(fromHex(id)!, 16).u8(number).text16(provider).text16(region);
  }
  return writer.u8(policy.tolerate).u8(0).u8(policy.regions).finish();
}

describe("settings", () => {
  test("that were written are read, byte for byte", async () => {
    const named = {
      ...settings,
      stores: settings.stores.map((own, index) => ({
        ...own,
        provider: "Klinik Süd",
        region: "eu-west",
        weight: 100 - index,
      })),
      generation: 2 ** 32 - 1,
      policy: { ...settings.policy, providerBelowNeeded: true, tolerateProviders: 1 },
    };
    const bytes = encodeSettings(named);
    expect(await parseSettings(engine, bytes)).toEqual(named);
  });

  test("of the first format are read: stores weigh the same, and no rule speaks of providers", async () => {
    expect(await parseSettings(engine, firstFormat(settings))).toEqual(settings);
    const longer = new Uint8Array([...firstFormat(settings), 0, 0]);
    await expect(parseSettings(engine, longer)).rejects.toThrow(refusal("malformed"));
    const later = encodeSettings(settings);
    later[9] = 4;
    await expect(parseSettings(engine, later)).rejects.toThrow(refusal("malformed"));
  });

  test("of the second format are read: they are of the first generation", async () => {
    const bytes = encodeSettings(settings);
    const second = new Uint8Array([
      ...bytes.subarray(0, GENERATION_AT),
      ...bytes.subarray(GENERATION_AT + 4),
    ]);
    second[9] = 2;
    expect(await parseSettings(engine, second)).toEqual(settings);
    bytes[9] = 2;
    await expect(parseSettings(engine, bytes)).rejects.toThrow(refusal("malformed"));
  });

  test("cut short, with something left over or with one byte changed are refused or other settings", async () => {
    const bytes = encodeSettings(settings);
    for (const length of [0, 7, 20, bytes.length - 1]) {
      await expect(parseSettings(engine, bytes.slice(0, length))).rejects.toThrow(refusal("malformed"));
    }
    const longer = new Uint8Array([...bytes, 0]);
    await expect(parseSettings(engine, longer)).rejects.toThrow(refusal("malformed"));
    for (let offset = 0; offset < bytes.length; offset += 97) {
      const changed = bytes.slice();
      changed[offset]! ^= 0x11;
      const again = await parseSettings(engine, changed).then(encodeSettings, () => undefined);
      expect(again ?? changed).toEqual(changed);
    }
  });

  test.each<[string, (own: VaultSettings) => Partial<VaultSettings>]>([
    ["no store", () => ({ stores: [] })],
    ["a store twice", ({ stores }) => ({ stores: [...stores, stores[0]!] })],
    [
      "more than 64 stores",
      ({ stores }) => ({
        stores: Array.from({ length: 65 }, (_, index) => ({ ...stores[0]!, id: idOf(index + 1) })),
      }),
    ],
    ["no owner", () => ({ owners: [] })],
    ["an owner twice", ({ owners }) => ({ owners: [...owners, owners[1]!] })],
    ["a founder who is not the first owner", ({ owners }) => ({ owners: owners.toReversed() })],
    ["no generation", () => ({ generation: 0 })],
    ["half a generation", () => ({ generation: 1.5 })],
    ["a generation that no bytes hold", () => ({ generation: 2 ** 32 })],
    ["an id that is none", () => ({ vault: "vault" })],
    ["as many losses as stores", ({ policy }) => ({ policy: { ...policy, tolerate: 3 } })],
    ["half a loss", ({ policy }) => ({ policy: { ...policy, tolerate: 0.5 } })],
    ["no region", ({ policy }) => ({ policy: { ...policy, regions: 0 } })],
    ["a store that weighs nothing", ({ stores }) => ({ stores: [{ ...stores[0]!, weight: 0 }] })],
    ["a store that weighs too much", ({ stores }) => ({ stores: [{ ...stores[0]!, weight: 101 }] })],
    ["a broken weight", ({ stores }) => ({ stores: [{ ...stores[0]!, weight: 1.5 }] })],
    ["two providers to lose", ({ policy }) => ({ policy: { ...policy, tolerateProviders: 2 } })],
    [
      "a kind that does not exist",
      ({ stores }) => ({ stores: [{ ...stores[0]!, kind: "borrowed" as "public" }] }),
    ],
    ["a name with an escape", ({ stores }) => ({ stores: [{ ...stores[0]!, provider: "\u001b[2J" }] })],
    ["a name that is too long", ({ stores }) => ({ stores: [{ ...stores[0]!, region: "x".repeat(257) }] })],
  ])("with %s are refused", (_, change) => {
    expect(() => encodeSettings({ ...settings, ...change(settings) })).toThrow(refusal("malformed"));
  });
});

describe("a header", () => {
  test("opens for each owner and for nobody else", async () => {
    const header = await seal(people.ada);
    for (const owner of [people.ada, people.ben]) {
      expect(await openHeader(engine, header, owner)).toEqual({ store, catalogueKey, settings });
    }
    await expect(openHeader(engine, header, people.cleo)).rejects.toThrow(refusal("not-owner"));
  });

  test("is sealed by the founder alone, and for a store of the settings", async () => {
    await expect(seal(people.ben)).rejects.toThrow(refusal("not-owner"));
    const plan = { settings, catalogueKey, founder: people.ada, store: idOf(9) };
    await expect(sealHeader(engine, plan)).rejects.toThrow(refusal("forged"));
  });

  test("differs on every store in every part but its beginning", async () => {
    const [one, two] = await Promise.all([seal(people.ada), seal(people.ada)]);
    expect(one.subarray(0, 28)).toEqual(two.subarray(0, 28));
    for (let offset = 28; offset + 32 < one.length; offset += 32) {
      if (offset % 1168 < 64) continue;
      expect(one.subarray(offset, offset + 16)).not.toEqual(two.subarray(offset, offset + 16));
    }
  });

  test("with one bit changed opens for nobody, or says what it said", async () => {
    const header = await seal(people.ada);
    const whole = { store, catalogueKey, settings };
    for (let offset = 0; offset < header.length; offset += 131) {
      const changed = header.slice();
      changed[offset]! ^= 1;
      const answer = await openHeader(engine, changed, people.ada).catch((error: unknown) => error);
      const isRefused = answer instanceof VaultError && ["not-owner", "malformed"].includes(answer.code);
      // What is another owner's only he can miss.
      expect(isRefused ? whole : answer).toEqual(whole);
    }
  });

  test("cut short or with something left over is refused", async () => {
    const header = await seal(people.ada);
    for (const bytes of [header.slice(0, 27), header.slice(0, -1), new Uint8Array([...header, 0])]) {
      await expect(openHeader(engine, bytes, people.ada)).rejects.toThrow(refusal("malformed"));
    }
  });

  test("moved to another store's id does not open", async () => {
    const header = await seal(people.ada);
    header.set(new Uint8Array(16).fill(3), 10);
    await expect(openHeader(engine, header, people.ada)).rejects.toThrow(refusal("not-owner"));
  });

  test("whose settings an owner changed is forged", async () => {
    // Ben knows the catalogue key and can seal anything; he cannot sign for Ada.
    const asBen: Identity = { ...people.ben, recipient: people.ada.recipient };
    const changed = { ...settings, policy: { ...settings.policy, tolerate: 0 } };
    const header = await seal(asBen, changed);
    await expect(openHeader(engine, header, people.ada)).rejects.toThrow(refusal("forged"));
  });

  test("with the wraps of two owners exchanged is forged", async () => {
    const header = await seal(people.ada);
    const wrapBytes = 1120 + 48;
    const first = header.slice(28, 28 + wrapBytes);
    header.copyWithin(28, 28 + wrapBytes, 28 + 2 * wrapBytes);
    header.set(first, 28 + wrapBytes);
    await expect(openHeader(engine, header, people.ada)).rejects.toThrow(refusal("forged"));
  });

  test("names no owner and nothing of the settings", async () => {
    const header = await seal(people.ada);
    const text = String.fromCharCode(...header);
    for (const secret of [
      people.ada.recipient.signing,
      people.ada.recipient.member,
      labelled("vault-owner"),
    ]) {
      expect(text).not.toContain(String.fromCharCode(...secret.subarray(0, 16)));
    }
    expect(header.subarray(0, 26)).toEqual(
      new Writer().raw(new TextEncoder().encode("CHGVAULT")).u16(1).raw(new Uint8Array(15)).u8(2).finish(),
    );
  });
});

describe("a new vault", () => {
  test("has a header on every store, and making it again changes nothing", async () => {
    const stores = storesOf(settings);
    const plan = { stores, settings, founder: people.ada, catalogueKey };
    await createVault(engine, plan);
    await createVault(engine, plan);
    for (const own of stores.values()) {
      expect((await own.list({ prefix: "", limit: 10 })).map(({ name }) => name)).toEqual([HEADER_NAME]);
    }
  });

  test("is not made over another one, nor half", async () => {
    const stores = storesOf(settings);
    const other = { ...settings, vault: idOf(77) };
    await createVault(engine, {
      stores: new Map([...stores].slice(0, 1)),
      settings: onlyFirst(other),
      founder: people.ada,
      catalogueKey,
    });
    const made = createVault(engine, { stores, settings, founder: people.ada, catalogueKey });
    await expect(made).rejects.toThrow(refusal("exists"));
    await expect(made).rejects.toMatchObject({ stores: [idOf(1)] });
    expect(await stores.get(idOf(2))!.head(HEADER_NAME)).toBeNull();
  });

  test("that a store did not take is completed by making it again", async () => {
    const stores = storesOf(settings);
    const keeping = { stores, rows: {} } as unknown as Parameters<typeof withFaults>[0];
    const failing = withFaults(keeping, (_, id) => (id === idOf(2) ? "before" : "none")).stores;
    const plan = { settings, founder: people.ada, catalogueKey };
    const made = createVault(engine, { ...plan, stores: failing });
    await expect(made).rejects.toThrow(refusal("stores-missing"));
    await expect(made).rejects.toMatchObject({ stores: [idOf(2)] });
    await createVault(engine, { ...plan, stores });
    for (const own of stores.values()) expect(await own.head(HEADER_NAME)).not.toBeNull();
  });

  test("with a policy that no word satisfies is refused before anything is written", async () => {
    const stores = storesOf(settings);
    const policy = { ...settings.policy, tolerate: 2, publicBelowNeeded: true };
    const plan = { stores, settings: { ...settings, policy }, founder: people.ada, catalogueKey };
    await expect(createVault(engine, plan)).rejects.toThrow(refusal("policy"));
    for (const own of stores.values()) expect(await own.head(HEADER_NAME)).toBeNull();
  });

  test("needs all its stores at hand", async () => {
    const stores = new Map([...storesOf(settings)].slice(1));
    const plan = { stores, settings, founder: await createIdentity(engine), catalogueKey };
    await expect(createVault(engine, plan)).rejects.toThrow(refusal("stores-missing"));
  });
});
