import type { Located } from "./located.ts";
import { refuseLocation } from "./refusal.ts";
import { parseRemoteUrl, requireSafeLine } from "./remote-url.ts";

export interface AzurePlace {
  /** The account's own: `https://account.blob.core.windows.net`. */
  readonly endpoint: string;
  readonly account: string;
  readonly container: string;
  /** In front of every name, with a "/" between; empty: none. */
  readonly prefix: string;
}

const HINT =
  "A container is azblob:https://ACCOUNT.blob.core.windows.net/CONTAINER[/PREFIX]; where the host is a number or localhost, the account comes first in the path.";
const ACCOUNT = /^[a-z0-9]{3,24}$/;
const CONTAINER = /^[a-z0-9](?:-?[a-z0-9]){2,62}$/;

/** A container of Azure Blob Storage, or of a program that speaks as it does. */
export function parseAzure(value: string): Located<AzurePlace> {
  const url = parseRemoteUrl(value, value.slice("azblob:".length), {
    hint: HINT,
    options: [],
    mayHaveUser: false,
  });
  requireSafeLine(value, url);
  const accountInPath = url.host === "localhost" || /^[\d.]+$|^\[/.test(url.host);
  const [account = "", container = "", ...below] = accountInPath
    ? url.segments
    : [url.host.split(".", 1)[0]!, ...url.segments];
  if (!ACCOUNT.test(account) || !CONTAINER.test(container)) return refuseLocation(value, HINT);
  const endpoint = accountInPath ? `${url.origin}/${account}` : url.origin;
  return {
    location: `azblob:${[endpoint, container, ...below].join("/")}`,
    place: { endpoint, account, container, prefix: below.join("/") },
  };
}
