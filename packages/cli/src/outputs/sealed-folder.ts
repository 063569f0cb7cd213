import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { ENVELOPE_FILE_NAME, type FragmentSink } from "@chirograph/core";

/** Takes the fragments of one record into a folder, and the envelope when they are complete. */
export class SealedFolderWriter implements FragmentSink {
  readonly #folder: string;
  readonly #handles: FileHandle[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(fragments: readonly { readonly name: string }[]): Promise<void> {
    for (const { name } of fragments) this.#handles.push(await open(join(this.#folder, name), "wx"));
  }

  async write(index: number, bytes: Uint8Array): Promise<void> {
    await writeWhole(this.#handles[index]!, bytes);
  }

  /** The last file to be written. */
  async finish(envelopeFile: Uint8Array): Promise<void> {
    await this.open([{ name: ENVELOPE_FILE_NAME }]);
    await writeWhole(this.#handles.at(-1)!, envelopeFile);
    await Promise.all(this.#handles.map((handle) => handle.sync()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#handles.splice(0).map((handle) => handle.close()));
  }
}

/** A write may take less than it was given. */
export async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, offset, bytes.length - offset, null);
    offset += bytesWritten;
  }
}
