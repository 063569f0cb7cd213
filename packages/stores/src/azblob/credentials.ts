import { StoreError } from "../error.ts";
import { endpointOf, isPrivate } from "./place.ts";

/** Who asks. None of it appears in an error. */
export type AzureCredentials = AccountKey | SharedAccess | ConnectionString;

/** The key of a whole account; it signs requests and is not sent. */
export interface AccountKey {
  readonly accountName: string;
  readonly accountKey: string;
}

/** A shared access signature, with or without "?" before it. It is sent, and whoever has it may use it. */
export interface SharedAccess {
  readonly sasToken: string;
}

/** As Azure's portal shows it; it holds one of the others. */
export interface ConnectionString {
  readonly connectionString: string;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$|^[A-Za-z0-9+/]{2}==$/;
const accountNameGrammar = /^[a-z0-9]{3,24}$/;

/**
 * The key or the signature that is meant.
 * @throws StoreError `invalid`, also when it is for another endpoint, or would be read on the way there
 */
export function keyOrSignature(credentials: AzureCredentials, endpoint: string): AccountKey | SharedAccess {
  const who = chosen(credentials, endpoint);
  if ("sasToken" in who && !isPrivate(endpoint)) {
    throw new StoreError("invalid", "A shared access signature is sent: its endpoint begins with https://.");
  }
  return who;
}

function chosen(credentials: AzureCredentials, endpoint: string): AccountKey | SharedAccess {
  if ("connectionString" in credentials) return partsOf(credentials.connectionString, endpoint);
  return "sasToken" in credentials ? signature(credentials.sasToken) : key(credentials);
}

function key({ accountName, accountKey }: AccountKey): AccountKey {
  if (!accountNameGrammar.test(accountName)) {
    throw new StoreError("invalid", "An account's name is 3 to 24 characters of a–z and 0–9.");
  }
  if (!base64.test(accountKey)) throw new StoreError("invalid", "An account's key is in Base64.");
  return { accountName, accountKey };
}

function signature(text: string): SharedAccess {
  const sasToken = text.replace(/^\?/, "");
  if (/[\s#?]/.test(sasToken) || !new URLSearchParams(sasToken).has("sig")) {
    throw new StoreError("invalid", 'A shared access signature is a query with a "sig" in it.');
  }
  return { sasToken };
}

function partsOf(connectionString: string, endpoint: string): AccountKey | SharedAccess {
  const parts = new Map(
    connectionString.split(";").map((part): [string, string] => {
      const at = part.indexOf("=");
      return [part.slice(0, Math.max(at, 0)).trim(), part.slice(at + 1).trim()];
    }),
  );
  const meant = parts.get("BlobEndpoint");
  if (meant !== undefined && endpointOf(meant) !== endpointOf(endpoint)) {
    throw new StoreError("invalid", "The connection string is for another endpoint than the store's.");
  }
  const sasToken = parts.get("SharedAccessSignature");
  if (sasToken !== undefined) return signature(sasToken);
  const [accountName, accountKey] = [parts.get("AccountName"), parts.get("AccountKey")];
  if (accountName === undefined || accountKey === undefined) {
    throw new StoreError(
      "invalid",
      "A connection string holds AccountName and AccountKey, or SharedAccessSignature.",
    );
  }
  return key({ accountName, accountKey });
}
