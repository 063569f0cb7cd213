import type { Store } from "@chirograph/stores";
import { type GuardedStore, guardStore } from "@chirograph/stores/around";
import type { S3Arbitration, S3Options } from "@chirograph/stores/s3";
import type { Location, Place } from "./location.ts";
import { openAzure } from "./open/azblob.ts";
import { openS3 } from "./open/s3.ts";
import { openSftp } from "./open/sftp.ts";
import { openWebDav } from "./open/webdav.ts";

/** A store on another machine, with all that goes around one. */
export interface RemoteStore extends GuardedStore {
  /** Of a bucket: what it makes of several writers of one name. */
  readonly arbitration: S3Arbitration | undefined;
  close(): Promise<void>;
}

type RemotePlace = Exclude<Place, { kind: "file" }>;
type Adapter = Store & { readonly arbitration?: S3Arbitration; close?(): Promise<void> };

/** @throws StoreError for a store that does not let its user in; EmbeddedError for credentials; the signal's reason */
export async function openRemote(
  location: Location,
  place: RemotePlace,
  options: S3Options,
): Promise<RemoteStore> {
  const store = await openAdapter(location, place, options);
  return { ...guardStore(store), arbitration: store.arbitration, close: async () => store.close?.() };
}

/** Each kind's library is loaded when the first store of that kind is opened. */
function openAdapter(location: Location, place: RemotePlace, options: S3Options): Promise<Adapter> {
  switch (place.kind) {
    case "s3":
      return openS3(location, place, options);
    case "azblob":
      return openAzure(location, place, options);
    case "webdav":
      return openWebDav(location, place, options);
    case "sftp":
      return openSftp(location, place, options);
  }
}
