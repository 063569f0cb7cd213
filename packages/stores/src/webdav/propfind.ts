import type { CallOptions } from "../store.ts";
import { drain, expectStatus, statusOf } from "./answer.ts";
import { type DavServer, failure } from "./dav-server.ts";
import { type DavResource, parseMultistatus } from "./multistatus.ts";

/** A file or a folder, by its path from the store's folder: names, none for the folder itself. */
export interface DavEntry extends Omit<DavResource, "href"> {
  readonly path: readonly string[];
}

export interface Found {
  readonly entries: readonly DavEntry[];
  /** The server's own clock, in ms; `undefined` when it tells none. */
  readonly nowMs: number | undefined;
}

const properties =
  '<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop>' +
  "<resourcetype/><getcontentlength/><getlastmodified/></prop></propfind>";

/**
 * What is at `path`: itself (`depth` 0), or itself and what it holds (`depth` 1), as far as it is `wanted`. Addresses
 * that lie outside the store's folder are skipped. `null` when nothing is there.
 * @throws StoreError `unavailable`, `denied`; the signal's reason
 */
export async function propfind(
  server: DavServer,
  path: string,
  depth: 0 | 1,
  wanted: (entry: DavEntry) => boolean,
  options: CallOptions = {},
): Promise<Found | null> {
  const headers = { depth: `${depth}`, "content-type": "application/xml; charset=utf-8" };
  const answer = await server.ask("PROPFIND", path, { headers, body: properties }, options);
  if (statusOf(answer) === 404) {
    await drain(answer);
    return null;
  }
  expectStatus(answer, 207);
  const entries: DavEntry[] = [];
  for await (const { href, ...facts } of parseMultistatus(received(answer, options))) {
    const inside = pathWithin(server.folder, server.at(path), href);
    if (inside === undefined) continue;
    const entry = { path: inside, ...facts };
    if (wanted(entry)) entries.push(entry);
  }
  const now = Date.parse(answer.headers.date ?? "");
  return { entries, nowMs: Number.isNaN(now) ? undefined : now };
}

/** The pieces of an answer; a connection that breaks off becomes an error of the store. */
export async function* received(
  answer: AsyncIterable<unknown>,
  { signal }: CallOptions,
): AsyncGenerator<Uint8Array> {
  const pieces = answer[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const next = await pieces.next().catch((error: unknown) => {
        throw failure(error, signal);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Whoever stops early closes the connection.
    await pieces.return?.();
  }
}

/** Only the path counts: behind a proxy a server may know itself by another name. */
function pathWithin(folder: URL, asked: URL, href: string): string[] | undefined {
  if (!URL.canParse(href, asked.href)) return undefined;
  const found = segmentsOf(new URL(href, asked.href));
  const root = segmentsOf(folder);
  if (found === undefined || root === undefined) return undefined;
  const inside = root.every((segment, index) => found[index] === segment);
  return inside ? found.slice(root.length) : undefined;
}

/** The names in a path; those of folders end with "/" or not. */
function segmentsOf({ pathname }: URL): string[] | undefined {
  try {
    const names = pathname.split("/").map((segment) => decodeURIComponent(segment));
    return names.filter((name) => name !== "");
  } catch {
    return undefined;
  }
}
