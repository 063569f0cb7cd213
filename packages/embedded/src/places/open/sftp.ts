import { readFile } from "node:fs/promises";
import type { CallOptions } from "@chirograph/stores";
import type { SftpStore } from "@chirograph/stores/sftp";
import { EmbeddedError } from "../../error.ts";
import { requirePrivate } from "../../files/private.ts";
import { unreadable } from "../../files/unreadable.ts";
import { fields, optional, type Read, text } from "../../strict-json.ts";
import { credentialsFor } from "../credentials.ts";
import type { Location } from "../location.ts";
import type { SftpPlace } from "../sftp.ts";

interface Given {
  /** Path of a private key, as ssh-keygen writes it. */
  readonly keyFile: string | undefined;
  readonly passphrase: string | undefined;
  readonly password: string | undefined;
}

const readGiven: Read<Given> = (value, place) => {
  const given = fields<Given>({
    keyFile: optional(text),
    passphrase: optional(text),
    password: optional(text),
  })(value, place);
  const { keyFile, passphrase, password } = given;
  const isOne = (keyFile === undefined) !== (password === undefined);
  const isClear = isOne && (passphrase === undefined || keyFile !== undefined);
  return isClear ? given : place.refuse("needs a keyFile, with its passphrase if it has one, or a password");
};

/** Without an entry in the file of credentials, the agent of ssh is asked. */
export async function openSftp(
  location: Location,
  place: SftpPlace,
  options: CallOptions,
): Promise<SftpStore> {
  const given = credentialsFor(location, readGiven);
  const { openSftpStore } = await import("@chirograph/stores/sftp");
  if (given === undefined) return openSftpStore(place, { agent: requireAgent(location) }, options);
  const { keyFile, passphrase, password } = given;
  if (keyFile === undefined) return openSftpStore(place, { password: password! }, options);
  const privateKey = await readKey(keyFile);
  return openSftpStore(place, { privateKey, ...(passphrase !== undefined && { passphrase }) }, options);
}

function requireAgent(location: Location): string {
  const agent = process.env["SSH_AUTH_SOCK"];
  if (agent !== undefined) return agent;
  throw new EmbeddedError("missing", `There are no credentials for ${location}.`, {
    hint: "They belong into the file of credentials, or an agent of ssh has to run; docs/stores.md says how.",
  });
}

async function readKey(path: string): Promise<string> {
  try {
    requirePrivate(path);
    return await readFile(path, "utf8");
  } catch (error) {
    throw unreadable(path, error);
  }
}
