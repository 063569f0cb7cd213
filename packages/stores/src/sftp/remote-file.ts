import { StoreError } from "../error.ts";
import { unlessAborted } from "../remote/unless-aborted.ts";
import type { ByteRange, CallOptions } from "../store.ts";
import { isHandle, type SftpConnection } from "./connection.ts";

/** So many requests of one file are on their way together: what fills a line with a long way. */
const IN_FLIGHT = 16;

const PRIVATE_FILE = 0o600;

/** A file that is open at the server. */
export class RemoteFile {
  readonly #connection: SftpConnection;
  readonly #handle: Buffer;
  readonly #writes = new Set<Promise<void>>();
  #failed: unknown;
  #writtenBytes = 0;
  #open = true;

  private constructor(connection: SftpConnection, handle: Buffer) {
    this.#connection = connection;
    this.#handle = handle;
  }

  /** @param how "wx" makes a new file */
  static async open(
    connection: SftpConnection,
    path: string,
    how: "r" | "wx",
    { signal }: CallOptions = {},
  ): Promise<RemoteFile> {
    const mode = how === "wx" ? PRIVATE_FILE : 0;
    const opening = connection
      .ask((sftp, answer) => sftp.open(path, how, mode, answer), isHandle)
      .then((handle) => new RemoteFile(connection, handle));
    try {
      return await unlessAborted(opening, signal);
    } catch (error) {
      // Opened when nobody waited any more.
      opening.then((file) => file.close()).catch(() => undefined);
      throw error;
    }
  }

  /** Sends bytes to the end of the file; the memory is free when this resolves, and they arrive later. */
  async write(bytes: Uint8Array): Promise<void> {
    const { requestBytes } = this.#connection;
    for (let offset = 0; offset < bytes.length; offset += requestBytes) {
      while (this.#writes.size >= IN_FLIGHT) await Promise.race(this.#writes);
      this.#throwIfFailed();
      this.#send(bytes.subarray(offset, offset + requestBytes));
    }
  }

  /** Waits for all that was sent, and has the server put it on the disk where it can. */
  async finish(): Promise<void> {
    await Promise.all(this.#writes);
    this.#throwIfFailed();
    if (this.#connection.has("fsync")) {
      await this.#connection.tell((sftp, answer) => sftp.ext_openssh_fsync(this.#handle, answer));
    }
    await this.close();
  }

  /** The bytes of a range that lies inside the file, in order. */
  async *read({ offset, lengthBytes }: ByteRange, { signal }: CallOptions): AsyncGenerator<Uint8Array> {
    const { requestBytes } = this.#connection;
    const end = offset + lengthBytes;
    const pieces: Promise<Uint8Array>[] = [];
    for (let at = offset; at < end || pieces.length > 0;) {
      while (at < end && pieces.length < IN_FLIGHT) {
        const piece = this.#readPiece(at, Math.min(requestBytes, end - at));
        // One that nobody comes to wait for may fail unheard.
        piece.catch(() => undefined);
        pieces.push(piece);
        at += requestBytes;
      }
      yield await unlessAborted(pieces.shift()!, signal);
      signal?.throwIfAborted();
    }
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#connection.tell((sftp, answer) => sftp.close(this.#handle, answer));
  }

  #send(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const position = this.#writtenBytes;
    this.#writtenBytes += bytes.length;
    const write = this.#connection
      .tell((sftp, answer) =>
        // The library copies what fits into one request before it returns.
        sftp.write(this.#handle, buffer, 0, buffer.length, position, answer),
      )
      .catch((error: unknown) => {
        this.#failed ??= error;
      })
      .finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }

  #throwIfFailed(): void {
    if (this.#failed !== undefined) throw this.#failed;
  }

  async #readPiece(position: number, lengthBytes: number): Promise<Uint8Array> {
    const buffer = Buffer.allocUnsafeSlow(lengthBytes);
    for (let got = 0; got < lengthBytes;) {
      const more = await this.#connection.ask(
        (sftp, answer) => sftp.read(this.#handle, buffer, got, lengthBytes - got, position + got, answer),
        isNumber,
      );
      if (more === 0) throw new StoreError("unavailable", "The object became shorter while it was read.");
      got += more;
    }
    return new Uint8Array(buffer.buffer);
  }
}

function isNumber(result: unknown): result is number {
  return typeof result === "number";
}
