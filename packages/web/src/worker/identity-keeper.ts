import {
  createIdentity,
  equalBytes,
  fingerprint,
  formatProtectedIdentityFile,
  formatRecipientLine,
  type Identity,
  labelled,
  parseIdentityFile,
} from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import type { KeptIdentity, Lock } from "./contract.ts";
import type { Database, StoredIdentity } from "./database.ts";
import { BrowserError } from "./problem.ts";

const PASSPHRASE_BYTES = 32;

/** The one identity of this browser: at rest an identity file under a passphrase or a passkey, unlocked only in memory. */
export class IdentityKeeper {
  readonly #engine: Engine;
  readonly #database: Database;
  #unlocked: Identity | undefined;

  constructor(engine: Engine, database: Database) {
    this.#engine = engine;
    this.#database = database;
  }

  get isUnlocked(): boolean {
    return this.#unlocked !== undefined;
  }

  /** @throws BrowserError `locked` */
  get identity(): Identity {
    if (this.#unlocked === undefined) throw new BrowserError("locked", "Unlock your identity first.");
    return this.#unlocked;
  }

  async kept(): Promise<KeptIdentity | undefined> {
    const stored = await this.#database.get("identity", "mine");
    return stored && describe(stored);
  }

  async make(name: string, lock: Lock): Promise<KeptIdentity> {
    await this.#requireNone();
    return this.#keep(name, await createIdentity(this.#engine), lock);
  }

  async import(plan: { name: string; file: string; passphrase?: string; lock: Lock }): Promise<KeptIdentity> {
    await this.#requireNone();
    const parsed = await parseIdentityFile(this.#engine, plan.file);
    return this.#keep(plan.name, await parsed.unlock(plan.passphrase), plan.lock);
  }

  async addLock(lock: Lock): Promise<KeptIdentity> {
    const stored = await this.#stored();
    const { identity } = this;
    const file = await this.#fileUnder(lock, identity);
    if (this.#unlocked !== identity) throw new BrowserError("locked", "The identity was locked meanwhile.");
    const next = withLock(stored, lock, file);
    await this.#database.put("identity", next, "mine");
    return describe(next);
  }

  async export(): Promise<string> {
    const { passphraseFile } = await this.#stored();
    if (passphraseFile === undefined) {
      throw new BrowserError("no-such-lock", "Only a passkey locks this identity: add a passphrase first.");
    }
    return passphraseFile;
  }

  /** @throws ChirographError `wrong-passphrase`; BrowserError `no-such-lock` */
  async unlock(lock: Lock): Promise<void> {
    const file = fileOf(await this.#stored(), lock);
    if (file === undefined) throw new BrowserError("no-such-lock", "This identity has no such lock.");
    const parsed = await parseIdentityFile(this.#engine, file);
    this.#unlocked = await parsed.unlock(await this.#passphraseOf(lock));
  }

  lock(): void {
    // What is under way may still hold it for a moment: zeros in its place would be taken for keys.
    this.#unlocked = undefined;
  }

  async #keep(name: string, identity: Identity, lock: Lock): Promise<KeptIdentity> {
    const file = await this.#fileUnder(lock, identity);
    const bare: StoredIdentity = {
      name,
      fingerprint: fingerprint(identity.recipient.member),
      recipient: await formatRecipientLine(this.#engine, identity.recipient),
      passphraseFile: undefined,
      passkeys: [],
    };
    const stored = withLock(bare, lock, file);
    await this.#database.add("identity", stored, "mine");
    this.#unlocked = identity;
    return describe(stored);
  }

  async #fileUnder(lock: Lock, identity: Identity): Promise<string> {
    return formatProtectedIdentityFile(this.#engine, identity, await this.#passphraseOf(lock));
  }

  /**
   * A passkey's PRF output stands in the place of a passphrase, so that there is one format of identity files: 32 bytes
   * of HKDF over it, bound to the credential, in base64.
   */
  async #passphraseOf(lock: Lock): Promise<string> {
    if (lock.kind === "passphrase") return lock.passphrase;
    const bytes = await this.#engine.hkdfSha512({
      inputKey: lock.prf,
      info: labelled("passkey-lock", lock.credential),
      lengthBytes: PASSPHRASE_BYTES,
    });
    return btoa(String.fromCharCode(...bytes));
  }

  async #stored(): Promise<StoredIdentity> {
    const stored = await this.#database.get("identity", "mine");
    if (stored === undefined) throw new BrowserError("no-identity", "This browser keeps no identity.");
    return stored;
  }

  async #requireNone(): Promise<void> {
    if ((await this.#database.get("identity", "mine")) === undefined) return;
    throw new BrowserError("identity-exists", "This browser keeps an identity already.");
  }
}

function fileOf({ passphraseFile, passkeys }: StoredIdentity, lock: Lock): string | undefined {
  if (lock.kind === "passphrase") return passphraseFile;
  return passkeys.find(({ credential }) => equalBytes(credential, lock.credential))?.file;
}

function withLock(stored: StoredIdentity, lock: Lock, file: string): StoredIdentity {
  if (lock.kind === "passphrase") return { ...stored, passphraseFile: file };
  const others = stored.passkeys.filter(({ credential }) => !equalBytes(credential, lock.credential));
  return { ...stored, passkeys: [...others, { credential: lock.credential, file }] };
}

function describe({
  name,
  fingerprint: print,
  recipient,
  passphraseFile,
  passkeys,
}: StoredIdentity): KeptIdentity {
  return {
    name,
    fingerprint: print,
    recipient,
    hasPassphrase: passphraseFile !== undefined,
    passkeys: passkeys.map(({ credential }) => credential),
  };
}
