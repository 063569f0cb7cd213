import { type Algorithms, Client, type SFTPWrapper } from "ssh2";
import { StoreError } from "../error.ts";
import { unlessAborted } from "../remote/unless-aborted.ts";
import { HostKeyCheck } from "./host-key.ts";
import { authenticationOf, type SftpCredentials, type SftpPlace } from "./place.ts";
import { lost, SftpStatus } from "./status.ts";

/** A server that does not answer the handshake for so long is not there. */
const HANDSHAKE_MS = 20_000;
/** A connection over which nothing comes is asked so often whether it lives; three times unheard, it is lost. */
const ALIVE_MS = 15_000;
const CLOSING_MS = 2000;
const REQUEST_BYTES = 131_072;

/** The library's defaults without SHA-1. */
const NOTHING_WEAK = {
  serverHostKey: { remove: ["ssh-rsa"], append: [], prepend: [] },
  hmac: { remove: ["hmac-sha1", "hmac-sha1-etm@openssh.com"], append: [], prepend: [] },
} satisfies Algorithms;

type Answer = (error: Error | null | undefined, result?: unknown) => void;

/** What the library knows of the server's limits, and does not tell. */
interface Limits {
  readonly _maxReadLen: number;
  readonly _maxWriteLen: number;
}

/** One connection with one SFTP session. All calls in flight fail when it is lost. */
export class SftpConnection {
  readonly #client: Client;
  readonly #sftp: SFTPWrapper;
  readonly #pending = new Set<(error: Error) => void>();
  #lost: StoreError | undefined;

  private constructor(client: Client, sftp: SFTPWrapper) {
    this.#client = client;
    this.#sftp = sftp;
    const lose = (error?: unknown): void => this.#lose(error);
    client.on("error", lose).on("close", lose);
    sftp.on("error", lose).on("close", lose);
  }

  /** @throws StoreError `unavailable`, `denied`; `invalid` for a private key that is none; the signal's reason */
  static async open(
    place: SftpPlace,
    credentials: SftpCredentials,
    signal: AbortSignal,
  ): Promise<SftpConnection> {
    const client = new Client();
    try {
      await unlessAborted(connect(client, place, credentials), signal);
      return new SftpConnection(client, await unlessAborted(startSftp(client), signal));
    } catch (error) {
      client.on("error", () => undefined).destroy();
      throw error;
    }
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Whether the server has an extension of OpenSSH's, in the version that there is. */
  has(extension: "fsync" | "hardlink" | "statvfs"): boolean {
    const { _extensions: extensions } = this.#sftp as unknown as { _extensions: Record<string, string> };
    return extensions[`${extension}@openssh.com`] === (extension === "statvfs" ? "2" : "1");
  }

  /** The most that one request reads or writes; the library deals with less, but not in the memory it was given. */
  get requestBytes(): number {
    const { _maxReadLen: read, _maxWriteLen: write } = this.#sftp as unknown as Limits;
    return Math.min(REQUEST_BYTES, read, write);
  }

  /**
   * One request, and what is answered, which `isIt` knows: a server may answer something else than was asked for.
   * @throws SftpStatus what the server says; StoreError `unavailable`, also when the connection is lost meanwhile
   */
  async ask<Result>(
    request: (sftp: SFTPWrapper, answer: Answer) => void,
    isIt: (result: unknown) => result is Result,
  ): Promise<Result> {
    const result = await this.#call(request);
    if (isIt(result)) return result;
    throw new StoreError("unavailable", "The SFTP server answers something else than was asked for.");
  }

  /** One request that is done, or not. @throws as `ask` does */
  async tell(request: (sftp: SFTPWrapper, answer: Answer) => void): Promise<void> {
    await this.#call(request);
  }

  async close(): Promise<void> {
    if (this.isLost) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSING_MS);
    this.#client.once("close", () => resolve());
    this.#client.end();
    await promise;
    clearTimeout(timer);
    this.#client.destroy();
    this.#lose();
  }

  #call(request: (sftp: SFTPWrapper, answer: Answer) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) {
        reject(this.#lost);
        return;
      }
      this.#pending.add(reject);
      request(this.#sftp, (error, result) => {
        this.#pending.delete(reject);
        if (error === null || error === undefined) resolve(result);
        else reject(answered(error));
      });
    });
  }

  #lose(error?: unknown): void {
    if (this.#lost !== undefined) return;
    this.#lost = lost(error instanceof Error ? { cause: error } : undefined);
    this.#client.destroy();
    for (const reject of this.#pending) reject(this.#lost);
    this.#pending.clear();
  }
}

function answered(error: Error): Error {
  const status = "code" in error ? error.code : undefined;
  return typeof status === "number" ? new SftpStatus(status) : lost({ cause: error });
}

function connect(client: Client, place: SftpPlace, credentials: SftpCredentials): Promise<void> {
  const check = new HostKeyCheck(place.hostKey);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (error: Error): void => reject(check.refusal ?? connectFailure(error));
  client.once("ready", resolve);
  client.on("error", fail);
  client.once("close", () => fail(new Error("The connection was closed.")));
  client.on("keyboard-interactive", (_name, _instructions, _language, prompts, finish) => {
    const isPassword = prompts.length === 1 && prompts[0]?.echo !== true && "password" in credentials;
    finish(isPassword ? [credentials.password] : []);
  });
  try {
    client.connect({
      host: place.host,
      port: place.port ?? 22,
      username: place.user,
      hostVerifier: (key: Buffer) => check.accepts(key),
      algorithms: NOTHING_WEAK,
      readyTimeout: HANDSHAKE_MS,
      keepaliveInterval: ALIVE_MS,
      ...authenticationOf(credentials),
    });
    client.setNoDelay(true);
  } catch {
    // Without the library's text, which is about the key.
    throw new StoreError("invalid", "The private key cannot be read: is it one, and its passphrase right?");
  }
  return promise;
}

/** Without the server's own texts, which may hold anything. */
function connectFailure(error: Error): StoreError {
  const level = "level" in error ? error.level : undefined;
  if (level === "client-authentication") {
    return new StoreError(
      "denied",
      "The SFTP server does not accept the user, or what proves to be that user.",
      {
        cause: error,
      },
    );
  }
  if (level === "agent") {
    return new StoreError("denied", "The agent that should prove the user does not answer.", {
      cause: error,
    });
  }
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  return new StoreError("unavailable", `The SFTP server cannot be reached${code}.`, { cause: error });
}

function startSftp(client: Client): Promise<SFTPWrapper> {
  const { promise, resolve, reject } = Promise.withResolvers<SFTPWrapper>();
  const fail = (error?: unknown): void =>
    reject(new StoreError("unavailable", "The server offers no SFTP.", { cause: error }));
  client.once("close", fail);
  client.sftp((error, sftp) => (error === undefined ? resolve(sftp) : fail(error)));
  return promise;
}

/** Of a file or a folder that is open at the server. */
export function isHandle(result: unknown): result is Buffer {
  return Buffer.isBuffer(result);
}
