import { StoreError } from "../error.ts";
import { isLoopback } from "../loopback.ts";

/** Where a WebDAV store lies. */
export interface WebDavPlace {
  /** `http:` or `https:`, of a folder that is there; no user, password, query or fragment in it. */
  readonly url: string;
}

/** Who asks: a name and a password (HTTP Basic), a bearer token, or nobody in particular. */
export type WebDavCredentials =
  { readonly username: string; readonly password: string } | { readonly token: string } | undefined;

/**
 * The address of the folder, with a "/" at its end.
 * @throws StoreError `invalid`; its text never shows the address, which may hold what it should not
 */
export function parsePlace({ url }: WebDavPlace): URL {
  const folder = URL.canParse(url) ? new URL(url) : undefined;
  if (folder === undefined || !["http:", "https:"].includes(folder.protocol)) {
    throw invalid("The address of a WebDAV store begins with https:// or http://.");
  }
  if (folder.username !== "" || folder.password !== "") {
    throw invalid("The address of a WebDAV store has no user or password in it: give them apart.");
  }
  if (folder.search !== "" || folder.hash !== "") {
    throw invalid("The address of a WebDAV store has no ? and no # in it.");
  }
  if (!folder.pathname.endsWith("/")) folder.pathname += "/";
  return folder;
}

/**
 * The `Authorization` header, if there is one.
 * @throws StoreError `invalid` for what cannot stand in it, or would travel in the clear
 */
export function authorizationOf(folder: URL, credentials: WebDavCredentials): string | undefined {
  if (credentials === undefined) return undefined;
  if (folder.protocol === "http:" && !isLoopback(folder.hostname)) {
    throw invalid("Over http:// the password would travel in the clear: use https://.");
  }
  if ("token" in credentials) {
    if (!/^[A-Za-z0-9._~+/-]+=*$/.test(credentials.token)) {
      throw invalid("The token holds characters that no bearer token has.");
    }
    return `Bearer ${credentials.token}`;
  }
  const { username, password } = credentials;
  if (username.includes(":")) throw invalid("A user's name has no colon in it.");
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

function invalid(message: string): StoreError {
  return new StoreError("invalid", message);
}
