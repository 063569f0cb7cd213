import type { ConnectConfig } from "ssh2";
import { StoreError } from "../error.ts";

/** Where an SFTP store lies. */
export interface SftpPlace {
  readonly host: string;
  /** 22 unless it says otherwise. */
  readonly port?: number;
  readonly user: string;
  /** A folder that is there: absolute, or from where the server puts the user. */
  readonly path: string;
  /** "SHA256:…", as `ssh-keygen -lf` shows it. Without it nothing is sent, and the refusal shows the key. */
  readonly hostKey?: string;
}

/** How the user proves to be that user. */
export type SftpCredentials =
  /** PEM or OpenSSH's own format, as text. */
  | { readonly privateKey: string; readonly passphrase?: string }
  | { readonly password: string }
  /** Path of an agent's socket, as in SSH_AUTH_SOCK. */
  | { readonly agent: string };

const fingerprint = /^SHA256:[A-Za-z0-9+/]{43}$/;

/** @throws StoreError `invalid` */
export function checkPlace({ host, port = 22, user, path, hostKey }: SftpPlace): void {
  if (host === "" || /[\s/@\0]/.test(host))
    throw invalid("The host of an SFTP store is a name or an address.");
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) throw invalid("A port is 1 to 65535.");
  if (user === "") throw invalid("An SFTP store has a user.");
  if (path === "" || path.includes("\0")) throw invalid("An SFTP store has a folder.");
  if (hostKey !== undefined && !fingerprint.test(hostKey)) {
    throw invalid('A host key is given as "SHA256:" and 43 characters, as ssh-keygen -lf shows it.');
  }
}

/**
 * What ssh2 connects with; no method but the one that the credentials are for.
 * @throws StoreError `invalid`
 */
export function authenticationOf(credentials: SftpCredentials): ConnectConfig {
  if ("privateKey" in credentials) {
    const { privateKey, passphrase } = credentials;
    // The library takes it for none.
    if (privateKey === "") throw invalid("The private key is empty.");
    return { privateKey, ...(passphrase !== undefined && { passphrase }), authHandler: ["publickey"] };
  }
  if ("agent" in credentials) return { agent: credentials.agent, authHandler: ["agent"] };
  const { password } = credentials;
  return { password, tryKeyboard: true, authHandler: ["password", "keyboard-interactive"] };
}

function invalid(message: string): StoreError {
  return new StoreError("invalid", message);
}
