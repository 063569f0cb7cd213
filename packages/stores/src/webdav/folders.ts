import { StoreError } from "../error.ts";
import type { CallOptions } from "../store.ts";
import { drain, expectStatus, statusOf } from "./answer.ts";
import type { DavServer } from "./dav-server.ts";
import { propfind } from "./propfind.ts";

/** The store's folder at the server, which is never made here, and the subfolders, which are. */
export class DavFolders {
  readonly #server: DavServer;
  /** Those that were there when somebody looked. */
  readonly #seen = new Set<string>();

  constructor(server: DavServer) {
    this.#server = server;
  }

  /** @throws StoreError `unavailable` when the folder is not there */
  async require(options: CallOptions = {}): Promise<void> {
    if (!(await this.#isFolder("", options))) throw vanished();
  }

  /** Makes a subfolder unless it was seen. */
  async settle(subfolder: string, options: CallOptions): Promise<void> {
    if (!this.#seen.has(subfolder)) await this.make(subfolder, options);
  }

  /** Makes a subfolder unless it is there; tells whether it was missing. */
  async make(subfolder: string, options: CallOptions): Promise<boolean> {
    this.#seen.delete(subfolder);
    const answer = await this.#server.ask("MKCOL", `${subfolder}/`, {}, options);
    await drain(answer);
    const made = statusOf(answer) === 201;
    if (!made && !(await this.#isFolder(`${subfolder}/`, options))) {
      await this.require(options);
      expectStatus(answer, 201);
    }
    this.#seen.add(subfolder);
    return made;
  }

  /** A subfolder that turned out to be missing. */
  forget(subfolder: string): void {
    this.#seen.delete(subfolder);
  }

  async #isFolder(path: string, options: CallOptions): Promise<boolean> {
    const depth = path === "" ? 0 : 1;
    const found = await propfind(this.#server, path, 0, (entry) => entry.path.length === depth, options);
    return found?.entries[0]?.isFolder === true;
  }
}

function vanished(): StoreError {
  return new StoreError("unavailable", "The folder of the store is not there.");
}
