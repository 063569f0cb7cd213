import { basename, dirname } from "node:path";
import { showName } from "../files/name.ts";
import { type Location, placeOf } from "./location.ts";

/** What people call a store for short: the folder's name, the bucket at its host. */
export function nameOfStore(location: Location): string {
  const place = placeOf(location);
  switch (place.kind) {
    case "file":
      return nameOfFolder(place.folder);
    case "s3":
      return below(
        place.prefix,
        `${place.bucket} at ${place.endpoint === undefined ? "Amazon S3" : hostOf(place.endpoint)}`,
      );
    case "azblob":
      return below(place.prefix, `${place.container} at ${hostOf(place.endpoint)}`);
    case "webdav":
      return `${basename(place.url)} at ${hostOf(place.url)}`;
    case "sftp":
      return `${basename(place.path)} at ${place.host}`;
  }
}

/** One that is only numbered is named after what it stands in: clouds/3 is cloud 3. */
function nameOfFolder(folder: string): string {
  const name = showName(basename(folder));
  return /^\d+$/.test(name) ? `${showName(basename(dirname(folder))).replace(/s$/, "")} ${name}` : name;
}

function below(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix} in ${name}`;
}

function hostOf(url: string): string {
  return new URL(url).host;
}
