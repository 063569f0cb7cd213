import { type SaxesTagNS, SaxesParser } from "saxes";
import { StoreError } from "../error.ts";
import { odd } from "./answer.ts";

const MOST_BYTES = 67_108_864;
const LONGEST_TEXT = 8192;
const DEEPEST = 32;

const DAV = "DAV:";

/** One answer of a multistatus (RFC 4918 §13) about something that is there. */
export interface DavResource {
  /** As the server wrote it. */
  readonly href: string;
  readonly isFolder: boolean;
  readonly sizeBytes: number | undefined;
  readonly modifiedMs: number | undefined;
}

/**
 * The resources of a multistatus, as they come. What the server calls absent is left out; entities beyond XML's own five
 * and document types are refused.
 * @throws StoreError `unavailable` when it is none, or longer than 64 MiB; whatever `bytes` throws
 */
export async function* parseMultistatus(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<DavResource> {
  const reader = new Reader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let lengthBytes = 0;
  for await (const piece of bytes) {
    lengthBytes += piece.length;
    if (lengthBytes > MOST_BYTES) throw odd("sends a list that is too long");
    yield* strictly(() => reader.read(decoder.decode(piece, { stream: true })));
  }
  yield* strictly(() => reader.end(decoder.decode()));
}

function strictly(read: () => DavResource[]): DavResource[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw odd("sends a list that is not well-formed XML", { cause: error });
  }
}

/** What is known of a resource while its element is open. */
interface Draft {
  href: string | undefined;
  status: string | undefined;
  isFolder: boolean;
  length: string | undefined;
  modified: string | undefined;
}

const unknown: Draft = {
  href: undefined,
  status: undefined,
  isFolder: false,
  length: undefined,
  modified: undefined,
};

class Reader {
  readonly #parser = new SaxesParser({ xmlns: true });
  /** The open elements: local names in DAV's namespace, "" for all others. */
  readonly #open: string[] = [];
  #text = "";
  #found: DavResource[] = [];
  #seen = false;
  #response: Draft = { ...unknown };
  #propstat: Draft = { ...unknown };

  constructor() {
    this.#parser.on("doctype", () => {
      throw odd("sends a list with a document type");
    });
    this.#parser.on("xmldecl", ({ encoding }) => {
      if (encoding !== undefined && encoding.toLowerCase() !== "utf-8")
        throw odd("sends a list that is not in UTF-8");
    });
    this.#parser.on("opentag", (tag) => this.#opened(tag));
    this.#parser.on("text", (text) => this.#append(text));
    this.#parser.on("cdata", (text) => this.#append(text));
    this.#parser.on("closetag", () => this.#closed());
  }

  read(text: string): DavResource[] {
    this.#parser.write(text);
    return this.#take();
  }

  end(text: string): DavResource[] {
    this.#parser.write(text);
    this.#parser.close();
    if (!this.#seen) throw odd("sends no list where it should");
    return this.#take();
  }

  #take(): DavResource[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #opened({ uri, local }: SaxesTagNS): void {
    if (this.#open.length >= DEEPEST) throw odd("sends a list that is nested too deeply");
    this.#open.push(uri === DAV ? local : "");
    this.#text = "";
    const path = this.#open.join("/");
    if (path === "multistatus") this.#seen = true;
    else if (!this.#seen) throw odd("sends something else than a list");
    if (path === "multistatus/response") this.#response = { ...unknown };
    if (path === "multistatus/response/propstat") this.#propstat = { ...unknown };
    if (path === "multistatus/response/propstat/prop/resourcetype/collection") this.#propstat.isFolder = true;
  }

  #append(text: string): void {
    this.#text += text;
    if (this.#text.length > LONGEST_TEXT) throw odd("sends a list with a text that is too long");
  }

  #closed(): void {
    const path = this.#open.join("/");
    const text = this.#text.trim();
    this.#open.pop();
    this.#text = "";
    switch (path) {
      case "multistatus/response/href":
        this.#response.href = text;
        break;
      case "multistatus/response/status":
        this.#response.status = text;
        break;
      case "multistatus/response/propstat/status":
        this.#propstat.status = text;
        break;
      case "multistatus/response/propstat/prop/getcontentlength":
        this.#propstat.length = text;
        break;
      case "multistatus/response/propstat/prop/getlastmodified":
        this.#propstat.modified = text;
        break;
      case "multistatus/response/propstat":
        this.#keepPropstat();
        break;
      case "multistatus/response":
        this.#keepResponse();
        break;
    }
  }

  /** Properties count that the server says are there. */
  #keepPropstat(): void {
    const { status, isFolder, length, modified } = this.#propstat;
    if (!isOk(status)) return;
    this.#response.isFolder ||= isFolder;
    this.#response.length ??= length;
    this.#response.modified ??= modified;
  }

  #keepResponse(): void {
    const { href, status, isFolder, length, modified } = this.#response;
    if (href === undefined) throw odd("sends a list with an entry that has no address");
    if (status !== undefined && !isOk(status)) return;
    this.#found.push({ href, isFolder, sizeBytes: sizeOf(length), modifiedMs: timeOf(modified) });
  }
}

function isOk(status: string | undefined): boolean {
  return status !== undefined && /^HTTP\/\d(\.\d)? 200\b/.test(status);
}

function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const size = Number(text);
  return Number.isSafeInteger(size) ? size : undefined;
}

function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
