import { EmbeddedError } from "../error.ts";
import { type AzurePlace, parseAzure } from "./azblob.ts";
import { folderOf, parseFolder } from "./folder.ts";
import type { Located, Location } from "./located.ts";
import { shownOf } from "./refusal.ts";
import { parseS3, type S3Place } from "./s3.ts";
import { parseSftp, type SftpPlace } from "./sftp.ts";
import { parseWebDav, type WebDavPlace } from "./webdav.ts";

export type { Location } from "./located.ts";

/** A location, taken apart. */
export type Place =
  | { readonly kind: "file"; readonly folder: string }
  | ({ readonly kind: "s3" } & S3Place)
  | ({ readonly kind: "azblob" } & AzurePlace)
  | ({ readonly kind: "webdav" } & WebDavPlace)
  | ({ readonly kind: "sftp" } & SftpPlace);

export const MOST_STORES = 64;

/** Locations as people write them, for help. */
export const KINDS_OF_LOCATION = "file:PATH, s3:…, azblob:…, webdav:… or sftp://…";

/**
 * The stores of a vault.
 * @throws EmbeddedError `invalid` when one is named twice
 */
export function parseLocations(values: readonly string[]): Location[] {
  if (values.length > MOST_STORES)
    throw new EmbeddedError(
      "invalid",
      `A vault has at most ${MOST_STORES} stores, and ${values.length} are named.`,
    );
  const locations = values.map(parseLocation);
  const twice = locations.find((location, index) => locations.indexOf(location) !== index);
  if (twice !== undefined) throw new EmbeddedError("invalid", `The store ${twice} is named twice.`);
  return locations;
}

/**
 * A store as it is named on the command line, in the one form that vault.json holds.
 * @throws EmbeddedError `invalid`
 */
export function parseLocation(value: string): Location {
  return parse(value).location;
}

/** @throws EmbeddedError `invalid` */
export function placeOf(location: Location): Place {
  return parse(location).place;
}

function parse(value: string): Located<Place> {
  const [kind = ""] = /^[a-z0-9]+(?=:)/.exec(value) ?? [];
  switch (kind) {
    case "file": {
      const location = parseFolder(value);
      return { location, place: { kind: "file", folder: folderOf(location) } };
    }
    case "s3":
      return of("s3", parseS3(value));
    case "azblob":
      return of("azblob", parseAzure(value));
    case "webdav":
      return of("webdav", parseWebDav(value));
    case "sftp":
      return of("sftp", parseSftp(value));
    default:
      throw new EmbeddedError("invalid", `${shownOf(value)} names no store.`, {
        hint: `Stores are ${KINDS_OF_LOCATION}; docs/stores.md says how each is written.`,
      });
  }
}

function of<Kind extends Place["kind"], Parts extends object>(
  kind: Kind,
  { location, place }: Located<Parts>,
): Located<{ readonly kind: Kind } & Parts> {
  return { location, place: { kind, ...place } };
}
