import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { StoreError } from "../error.ts";
import { asksFor } from "../list-request.ts";
import { isName } from "../names.ts";
import type { ListRequest, ObjectHead } from "../store.ts";
import type { Keys } from "./keys.ts";
import { guarded } from "./s3-error.ts";

/** A page of ours may lie behind pages of what is not ours, but not behind any number of them. */
const MOST_PAGES = 100;
const LARGEST_PAGE = 1000;

/** One page of a store's objects. What has no name of an object, or lies deeper, is not ours and passed over. */
export async function listObjects(
  client: S3Client,
  keys: Keys,
  request: ListRequest,
  signal: AbortSignal | undefined,
): Promise<ObjectHead[]> {
  const page: ObjectHead[] = [];
  let continuation: string | undefined;
  for (let asked = 0; asked < MOST_PAGES; asked++) {
    const command = new ListObjectsV2Command({
      Bucket: keys.bucket,
      Prefix: keys.of(request.prefix),
      MaxKeys: continuation === undefined ? request.limit : LARGEST_PAGE,
      // So that a key of somebody else cannot make the answer unreadable.
      EncodingType: "url",
      ...(continuation !== undefined && { ContinuationToken: continuation }),
      ...(continuation === undefined &&
        request.after !== undefined && { StartAfter: keys.of(request.after) }),
    });
    const answer = await guarded((options) => client.send(command, options), signal);
    // Every listing has this; an answer without it is none.
    if (answer.IsTruncated === undefined) throw unreadable("is none");
    for (const { Key, Size } of answer.Contents ?? []) {
      const name = keys.nameOf(decoded(Key ?? ""));
      if (!isName(name)) continue;
      page.push(checkedHead(name, Size, request, page.at(-1)));
      if (page.length === request.limit) return page;
    }
    if (!answer.IsTruncated) return page;
    continuation = answer.NextContinuationToken;
    if (continuation === undefined) throw unreadable("stops in the middle");
  }
  throw unreadable("holds too many objects that are not the store's: give the store a prefix of its own");
}

function checkedHead(
  name: string,
  sizeBytes: number | undefined,
  request: ListRequest,
  before: ObjectHead | undefined,
): ObjectHead {
  if (!asksFor(request, name)) throw unreadable("holds names that were not asked for");
  if (before !== undefined && name <= before.name) throw unreadable("is out of order");
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes! < 0) throw unreadable("has no sizes");
  return { name, sizeBytes: sizeBytes! };
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return "";
  }
}

function unreadable(what: string): StoreError {
  return new StoreError("unavailable", `The store's listing ${what}.`);
}
