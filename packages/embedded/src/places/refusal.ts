import { EmbeddedError } from "../error.ts";
import { showName } from "../files/name.ts";

/** A location that is none. One in which a password may stand is not shown again. */
export function refuseLocation(value: string, hint: string): never {
  throw new EmbeddedError("invalid", `${shownOf(value)} is no location of a store.`, { hint });
}

/** What was given as a location, without what may be a secret: that may stand in front of an @, behind a ? or a colon. */
export function shownOf(value: string): string {
  if (!/[@?]/.test(value) && isClear(value)) return showName(value);
  const [scheme = ""] = /^[a-z0-9]+:/i.exec(value) ?? [];
  return `What was given as ${scheme}…`;
}

/** Of what is no URL nobody knows what stands behind the slashes, nor behind a colon, unless it is a kind of store's. */
function isClear(value: string): boolean {
  if (!value.includes("//")) return !value.replace(/^(?:file:|s3:|azblob:|webdav:|sftp:)/i, "").includes(":");
  const [url = ""] = /[a-z][a-z0-9+.-]*:\/\/.*$/is.exec(value) ?? [];
  return URL.canParse(url);
}
