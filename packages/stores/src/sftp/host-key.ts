import { createHash } from "node:crypto";
import { StoreError } from "../error.ts";

/** Looks at the key that a server shows, before anything is sent to it. */
export class HostKeyCheck {
  readonly #pinned: string | undefined;
  #shown: string | undefined;

  constructor(pinned: string | undefined) {
    this.#pinned = pinned;
  }

  accepts(key: Uint8Array): boolean {
    this.#shown = `SHA256:${createHash("sha256").update(key).digest("base64").replace("=", "")}`;
    return this.#shown === this.#pinned;
  }

  /** Why a key was refused; `undefined` when none was. */
  get refusal(): StoreError | undefined {
    if (this.#shown === undefined || this.#shown === this.#pinned) return undefined;
    const message =
      this.#pinned === undefined
        ? `The host key of the SFTP server is not known. It shows ${this.#shown}: compare that with what its operator says, and give it as the host key.`
        : `The SFTP server shows the host key ${this.#shown}, and not ${this.#pinned}. Somebody may be in between, or it has a new key: ask its operator.`;
    return new StoreError("denied", message);
  }
}
