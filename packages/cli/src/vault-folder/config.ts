import { formatRecipientLine, parseRecipientLine } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import type { Id, Policy, StoreSettings, VaultSettings } from "@chirograph/vault";
import {
  fields,
  list,
  oneOf,
  orNull,
  type Read,
  readJson,
  text,
  textLike,
  truth,
  wholeNumber,
} from "../inputs/strict-json.ts";
import { type Location, MOST_STORES } from "./location.ts";

const MOST_OWNERS = 64;
const FORMAT = "chirograph-vault-1";

/** What `vault.json` holds: what the vault is made of, and where its stores are. No secret. */
export interface VaultConfig {
  readonly settings: VaultSettings;
  /** In the order of the settings' stores. */
  readonly places: readonly StorePlace[];
}

export interface StorePlace {
  readonly id: Id;
  /** `undefined` for a store that was not there when the catalogue was made again. */
  readonly location: Location | undefined;
  /** The object `vault` that belongs on this store, so that it can be put back. */
  readonly header: Uint8Array | undefined;
}

/** The document as it lies in the file. */
interface ConfigDocument {
  readonly format: typeof FORMAT;
  readonly vault: Id;
  /** The founder first. */
  readonly owners: readonly string[];
  readonly policy: Policy;
  readonly stores: readonly (StoreSettings & {
    readonly location: Location | null;
    /** Base64. */
    readonly header: string | null;
  })[];
}

const id: Read<Id> = textLike(/^[0-9a-f]{32}$/, "32 lower-case hexadecimal digits");

export const readKind: Read<StoreSettings["kind"]> = oneOf("public", "private-on-premise", "private-hosted");
export const readTolerate: Read<number> = wholeNumber(0, MOST_STORES - 1);
export const readRegions: Read<number> = wholeNumber(1, MOST_STORES);

const readDocument: Read<ConfigDocument> = fields<ConfigDocument>({
  format: oneOf(FORMAT),
  vault: id,
  owners: list(text, 1, MOST_OWNERS),
  policy: fields<Policy>({ tolerate: readTolerate, publicBelowNeeded: truth, regions: readRegions }),
  stores: list(
    fields<ConfigDocument["stores"][number]>({
      id,
      kind: readKind,
      provider: text,
      region: text,
      location: orNull(textLike(/^file:\/\/\/[\x21-\x7e]*$/, "the location of a store")),
      header: orNull(textLike(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, "base64")),
    }),
    1,
    MOST_STORES,
  ),
});

export async function formatConfig(engine: Engine, { settings, places }: VaultConfig): Promise<string> {
  const document: ConfigDocument = {
    format: FORMAT,
    vault: settings.vault,
    owners: await Promise.all(settings.owners.map((owner) => formatRecipientLine(engine, owner))),
    policy: settings.policy,
    stores: settings.stores.map((store, index) => {
      const { location, header } = places[index]!;
      return {
        ...store,
        location: location ?? null,
        header: header === undefined ? null : Buffer.from(header).toString("base64"),
      };
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** @throws Failure or ChirographError for anything that `formatConfig` would not write */
export async function parseConfig(engine: Engine, file: string, source: string): Promise<VaultConfig> {
  const {
    vault,
    policy,
    stores,
    owners: lines,
  } = readJson(file, source, (value, place) => {
    const document = readDocument(value, place);
    const ids = new Set(document.stores.map((store) => store.id));
    if (ids.size < document.stores.length) place.member("stores").refuse("has one id twice");
    return document;
  });
  const owners = await Promise.all(lines.map((line) => parseRecipientLine(engine, line)));
  return {
    settings: {
      vault,
      founder: owners[0]!,
      owners,
      stores: stores.map(({ id: store, kind, provider, region }) => ({ id: store, kind, provider, region })),
      policy,
    },
    places: stores.map(({ id: store, location, header }) => ({
      id: store,
      location: location ?? undefined,
      header: header === null ? undefined : Buffer.from(header, "base64"),
    })),
  };
}
