import { createHash } from "node:crypto";
import { join } from "node:path";
import { type CallOptions, checkName, type ObjectHead, type Store } from "@chirograph/stores";
import { openFileStore } from "@chirograph/stores/file";
import { createMemoryStore } from "@chirograph/stores/memory";
import type { Rows } from "@chirograph/vault";
import type { StoreOptions } from "@chirograph/wire";
import { homeIn } from "../src/home/layout.ts";
import type { TestServer } from "./running.ts";

const EXPIRES = 4_000_000_000_000;
/** The names that the suite puts only to list them. */
const LISTED = /^[l-w][-0z]?[0-9a-z]{3}x{0,6}$/;

/**
 * A store over HTTP as the one suite wants it. The suite's names stand for ids, which are reserved as they are put. A
 * client does not delete: the folder behind the server does. Nor does it list: what is there for that lies in memory.
 */
export class NamedStore implements Store {
  readonly promises: Store["promises"];
  readonly #remote: Store;
  readonly #behind: Store;
  readonly #listed: Store = createMemoryStore();
  readonly #rows: Rows;
  readonly #id: string;
  #reserved = 0;
  /** What was put last, to be in a list of everything. */
  #last = "nothing";

  private constructor(parts: { remote: Store; behind: Store; rows: Rows; id: string }) {
    this.#remote = parts.remote;
    this.promises = parts.remote.promises;
    this.#behind = parts.behind;
    this.#rows = parts.rows;
    this.#id = parts.id;
  }

  static async of(from: TestServer, rows: Rows, options: StoreOptions): Promise<NamedStore> {
    const { id } = (await from.connection.about()).stores[0]!;
    const behind = await openFileStore(join(homeIn(from.home).clouds, "1"));
    return new NamedStore({ remote: from.connection.store(id, options), behind, rows, id });
  }

  async put(...[name, body, options]: Parameters<Store["put"]>): Promise<void> {
    if (LISTED.test(name)) return this.#listed.put(name, body, options);
    checkName(name);
    const id = (this.#reserved++).toString(16).padStart(32, "0");
    await this.#rows.reserve({
      generation: 1,
      id,
      objects: [{ store: this.#id, object: objectOf(name) }],
      expires: EXPIRES,
    });
    await this.#remote.put(objectOf(name), body, options);
    this.#last = name;
  }

  get(...[name, range, options]: Parameters<Store["get"]>): AsyncIterable<Uint8Array> {
    checkName(name);
    return this.#remote.get(objectOf(name), range, options);
  }

  async head(name: string, options?: CallOptions): Promise<ObjectHead | null> {
    checkName(name);
    const head = await this.#remote.head(objectOf(name), options);
    return head && { ...head, name };
  }

  async list(request: Parameters<Store["list"]>[0], options?: CallOptions): Promise<ObjectHead[]> {
    const { prefix, after = "", limit } = request;
    const listed = await this.#listed.list(request, options);
    const named = await this.head(prefix === "" ? this.#last : prefix, options);
    const found = named === null || named.name <= after ? listed : [...listed, named];
    return found.toSorted((left, right) => (left.name < right.name ? -1 : 1)).slice(0, limit);
  }

  async delete(name: string, options?: CallOptions): Promise<void> {
    checkName(name);
    await this.#behind.delete(objectOf(name), options);
  }
}

function objectOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 32);
}
