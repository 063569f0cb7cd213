import type { BlobItem, ContainerClient } from "@azure/storage-blob";
import { StoreError } from "../error.ts";
import { asksFor } from "../list-request.ts";
import { isName } from "../names.ts";
import type { CallOptions, ListRequest, ObjectHead } from "../store.ts";
import { guarded } from "./azure-error.ts";
import { isLength } from "./download.ts";

const LARGEST_SEGMENT = 5000;
/** The service may answer with few names or none and say that more come. */
const MOST_SEGMENTS = 1000;

interface Segment {
  readonly blobs: readonly BlobItem[];
  readonly next: string | undefined;
}

/**
 * One page of the objects whose blobs begin with `blobPrefix`. The service begins behind `after` itself, so a page costs
 * one request as a rule; one that would begin at the first name is read on to there.
 * @throws StoreError `unavailable`, also when the list is out of order or does not end
 */
export async function listBlobs(
  container: ContainerClient,
  blobPrefix: string,
  request: ListRequest,
  options: CallOptions,
): Promise<ObjectHead[]> {
  const { prefix, after = "", limit } = request;
  if (after > prefix && !after.startsWith(prefix)) return [];
  const found: ObjectHead[] = [];
  let last = "";
  let marker: string | undefined;
  for (let segments = 0; segments < MOST_SEGMENTS; segments++) {
    const isSkipping = segments > 0 && found.length === 0;
    const segment = await segmentOf(
      container,
      {
        prefix: blobPrefix + prefix,
        ...(after > prefix && { startFrom: `${blobPrefix}${behind(after)}` }),
        maxPageSize: isSkipping ? LARGEST_SEGMENT : limit - found.length,
        ...(marker !== undefined && { marker }),
      },
      options,
    );
    for (const blob of segment.blobs) {
      const head = headOf(blob, blobPrefix, prefix);
      if (head === null) continue;
      if (head.name <= last) throw notTheList();
      last = head.name;
      if (asksFor(request, head.name)) found.push(head);
      if (found.length === limit) return found;
    }
    marker = segment.next;
    if (marker === undefined) return found;
  }
  throw notTheList();
}

/** The first name that may come behind a name: "-" is the first character of all. */
function behind(name: string): string {
  return `${name}-`;
}

async function segmentOf(
  container: ContainerClient,
  asked: { prefix: string; startFrom?: string; maxPageSize: number; marker?: string },
  options: CallOptions,
): Promise<Segment> {
  const { prefix, startFrom, maxPageSize, marker } = asked;
  const { signal } = options;
  return guarded(async () => {
    const pages = container
      .listBlobsFlat({
        prefix,
        ...(startFrom !== undefined && { startFrom }),
        ...(signal !== undefined && { abortSignal: signal }),
      })
      .byPage({ maxPageSize, ...(marker !== undefined && { continuationToken: marker }) });
    const { value } = await pages.next();
    if (value === undefined || !Array.isArray(value.segment?.blobItems)) throw notTheList();
    const next: unknown = value.continuationToken;
    return {
      blobs: value.segment.blobItems,
      next: typeof next === "string" && next !== "" ? next : undefined,
    };
  }, options);
}

/** `null` for a blob that is no object of this store. */
function headOf({ name, properties }: BlobItem, blobPrefix: string, prefix: string): ObjectHead | null {
  if (typeof name !== "string" || !name.startsWith(blobPrefix + prefix)) throw notTheList();
  const objectName = name.slice(blobPrefix.length);
  if (!isName(objectName)) return null;
  if (!isLength(properties?.contentLength)) throw notTheList();
  return { name: objectName, sizeBytes: properties.contentLength };
}

function notTheList(): StoreError {
  return new StoreError("unavailable", "Azure answers with another list than was asked for.");
}
