import {
  DeleteObjectCommand,
  type DeleteObjectCommandOutput,
  ListObjectVersionsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { StoreError } from "../error.ts";
import type { Keys } from "./keys.ts";
import { guarded } from "./s3-error.ts";

/** More versions of one name than anybody writes. */
const MOST_ROUNDS = 100;

/**
 * Removes an object. Where a bucket keeps versions, a deletion only hides it; then all versions are removed one by one.
 * @throws StoreError `denied` when versions may not be removed
 */
export async function erase(client: S3Client, keys: Keys, name: string, signal?: AbortSignal): Promise<void> {
  const remove = async (version?: string): Promise<DeleteObjectCommandOutput | undefined> => {
    const which = { ...keys.at(name), ...(version !== undefined && { VersionId: version }) };
    const command = new DeleteObjectCommand(which);
    return guarded((options) => client.send(command, options), signal).catch(ignoringAbsence);
  };
  const { VersionId, DeleteMarker } = (await remove()) ?? {};
  if (VersionId === undefined && DeleteMarker === undefined) return;

  for (let round = 0; round < MOST_ROUNDS; round++) {
    const listing = new ListObjectVersionsCommand({
      Bucket: keys.bucket,
      Prefix: keys.of(name),
      MaxKeys: 100,
    });
    const answer = await guarded((options) => client.send(listing, options), signal);
    // Names that begin with this one come behind it.
    const versions = [...(answer.Versions ?? []), ...(answer.DeleteMarkers ?? [])].filter(
      (version) => version.Key === keys.of(name),
    );
    if (versions.length === 0) return;
    for (const version of versions) await remove(version.VersionId);
  }
  throw new StoreError("unavailable", "The store keeps on showing versions of what was removed.");
}

/** Some servers say so; most do not. */
function ignoringAbsence(error: unknown): undefined {
  if (!(error instanceof StoreError && error.code === "not-found")) throw error;
}
