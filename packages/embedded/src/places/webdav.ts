import type { Located } from "./located.ts";
import { parseRemoteUrl, requireSafeLine } from "./remote-url.ts";

export interface WebDavPlace {
  /** The folder, ending in "/". */
  readonly url: string;
}

/** A folder that a web server lets be written. */
export function parseWebDav(value: string): Located<WebDavPlace> {
  const url = parseRemoteUrl(value, value.slice("webdav:".length), {
    hint: "A folder on a WebDAV server is webdav:https://HOST/FOLDER.",
    options: [],
    mayHaveUser: false,
  });
  requireSafeLine(value, url);
  const folder = [url.origin, ...url.segments].join("/");
  return { location: `webdav:${folder}`, place: { url: `${folder}/` } };
}
