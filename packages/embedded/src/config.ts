import { readFile } from "node:fs/promises";
import { formatRecipientLine, parseRecipientLine } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import type { S3Arbitration } from "@chirograph/stores/s3";
import type { Id, Policy, StoreSettings, VaultSettings } from "@chirograph/vault";
import { EmbeddedError } from "./error.ts";
import { unreadable } from "./files/unreadable.ts";
import { pathsIn } from "./layout.ts";
import { type Location, MOST_STORES, parseLocation } from "./places/location.ts";
import {
  absent,
  fields,
  formats,
  list,
  oneOf,
  optional,
  orNull,
  type Read,
  readJson,
  text,
  textLike,
  truth,
  wholeNumber,
} from "./strict-json.ts";

const MOST_OWNERS = 64;
const FORMAT = "chirograph-vault-3";
/** Still read: without a generation, which is the first one then. */
const WITHOUT_GENERATION = "chirograph-vault-2";
/** Still read: without weights and rules about providers, too. */
const OLDEST_FORMAT = "chirograph-vault-1";
const MOST_WEIGHT = 100;
const MOST_GENERATION = 0xffff_ffff;

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
  /** Of a bucket: what it makes of several writers of one name. */
  readonly arbitration?: S3Arbitration;
}

/** The document as it lies in the file. */
interface ConfigDocument {
  readonly format: typeof FORMAT | typeof WITHOUT_GENERATION | typeof OLDEST_FORMAT;
  readonly vault: Id;
  readonly generation: number;
  /** The founder first. */
  readonly owners: readonly string[];
  readonly policy: Policy;
  readonly stores: readonly (StoreSettings & {
    readonly location: Location | null;
    /** Base64. */
    readonly header: string | null;
    /** Counts for the location that it was found out of, and no other. */
    readonly arbitration: (S3Arbitration & { readonly location: Location | undefined }) | undefined;
  })[];
}

const id: Read<Id> = textLike(/^[0-9a-f]{32}$/, "32 lower-case hexadecimal digits");

export const readKind: Read<StoreSettings["kind"]> = oneOf("public", "private-on-premise", "private-hosted");
export const readWeight: Read<number> = wholeNumber(1, MOST_WEIGHT);
export const readRules: { readonly [Rule in keyof Policy]: Read<Policy[Rule]> } = {
  tolerate: wholeNumber(0, MOST_STORES - 1),
  publicBelowNeeded: truth,
  regions: wholeNumber(1, MOST_STORES),
  providerBelowNeeded: truth,
  tolerateProviders: wholeNumber(0, 1),
};

const readVerdict: Read<S3Arbitration["put"]> = oneOf("atomic", "ignored", "refused");

/** Absolute: the folder from which a program is started means nothing here. */
const readLocation: Read<Location> = (value, place) => {
  if (typeof value !== "string" || /^file:(?!\/\/\/)/.test(value))
    return place.refuse("is not the location of a store");
  try {
    return parseLocation(value);
  } catch (error) {
    if (!(error instanceof EmbeddedError)) throw error;
    return place.refuse(`is not the location of a store: ${error.hint}`);
  }
};

/** What the first formats did not have. */
type Added = Pick<Policy, "providerBelowNeeded" | "tolerateProviders"> &
  Pick<StoreSettings, "weight"> &
  Pick<VaultSettings, "generation">;

const readDocument: Read<ConfigDocument> = formats<ConfigDocument>({
  [FORMAT]: documentWith({ ...readRules, weight: readWeight, generation: wholeNumber(1, MOST_GENERATION) }),
  [WITHOUT_GENERATION]: documentWith({ ...readRules, weight: readWeight, generation: absent(1) }),
  [OLDEST_FORMAT]: documentWith({
    generation: absent(1),
    providerBelowNeeded: absent(false),
    tolerateProviders: absent(0),
    weight: absent(1),
  }),
});

function documentWith({
  weight,
  generation,
  providerBelowNeeded,
  tolerateProviders,
}: { readonly [Field in keyof Added]: Read<Added[Field]> }): Read<ConfigDocument> {
  return fields<ConfigDocument>({
    format: oneOf(FORMAT, WITHOUT_GENERATION, OLDEST_FORMAT),
    vault: id,
    generation,
    owners: list(text, 1, MOST_OWNERS),
    policy: fields<Policy>({ ...readRules, providerBelowNeeded, tolerateProviders }),
    stores: list(
      fields<ConfigDocument["stores"][number]>({
        id,
        kind: readKind,
        provider: text,
        region: text,
        weight,
        location: orNull(readLocation),
        header: orNull(
          textLike(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, "base64"),
        ),
        arbitration: optional(
          fields<NonNullable<ConfigDocument["stores"][number]["arbitration"]>>({
            location: optional(text),
            put: readVerdict,
            complete: readVerdict,
          }),
        ),
      }),
      1,
      MOST_STORES,
    ),
  });
}

/** What `vault.json` of a vault's folder says. @throws EmbeddedError or ChirographError */
export async function readConfig(engine: Engine, folder: string): Promise<VaultConfig> {
  const { config } = pathsIn(folder);
  const file = await readFile(config, "utf8").catch((error: unknown) => {
    throw unreadable(config, error);
  });
  return parseConfig(engine, config, file);
}

export async function formatConfig(engine: Engine, { settings, places }: VaultConfig): Promise<string> {
  const document: ConfigDocument = {
    format: FORMAT,
    vault: settings.vault,
    generation: settings.generation,
    owners: await Promise.all(settings.owners.map((owner) => formatRecipientLine(engine, owner))),
    policy: settings.policy,
    stores: settings.stores.map((store, index) => {
      const { location, header, arbitration } = places[index]!;
      return {
        ...store,
        location: location ?? null,
        header: header === undefined ? null : Buffer.from(header).toString("base64"),
        arbitration: arbitration && { location, ...arbitration },
      };
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** @throws EmbeddedError or ChirographError for anything that `formatConfig` would not write */
export async function parseConfig(engine: Engine, file: string, source: string): Promise<VaultConfig> {
  const {
    vault,
    generation,
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
      generation,
      founder: owners[0]!,
      owners,
      stores: stores.map(({ id: store, kind, provider, region, weight }) => ({
        id: store,
        kind,
        provider,
        region,
        weight,
      })),
      policy,
    },
    places: stores.map(({ id: store, location, header, arbitration }) => ({
      id: store,
      location: location ?? undefined,
      header: header === null ? undefined : Buffer.from(header, "base64"),
      ...(arbitration !== undefined &&
        arbitration.location === location && {
          arbitration: { put: arbitration.put, complete: arbitration.complete },
        }),
    })),
  };
}
