import { StoreError } from "../error.ts";
import { isLoopback } from "../loopback.ts";

/** Where a store lies in Azure Blob Storage. */
export interface AzurePlace {
  /** The account's: "https://account.blob.core.windows.net". */
  readonly endpoint: string;
  readonly container: string;
  /** Path in the container that this store has to itself, such as "hospital/vault-1"; none for the whole container. */
  readonly prefix?: string;
}

const containerName = /^[a-z0-9](?:-?[a-z0-9]){2,62}$/;
const part = "[A-Za-z0-9_-](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?";
const folderPath = new RegExp(`^(?:${part}(?:/${part})*/?)?$`);
/** Of 1,024 that a blob's name may have, 128 are the object's. */
const LONGEST_PREFIX = 512;

/** Grammar of a place. @throws StoreError `invalid` */
export function checkPlace({ endpoint, container, prefix = "" }: AzurePlace): void {
  endpointOf(endpoint);
  if (!(container.length <= 63 && containerName.test(container))) {
    throw new StoreError(
      "invalid",
      'A container\'s name is 3 to 63 characters of a–z, 0–9 and single "-", the first and last no "-".',
    );
  }
  if (!(prefix.length <= LONGEST_PREFIX && folderPath.test(prefix))) {
    throw new StoreError(
      "invalid",
      'A prefix is a path of letters, digits, ".", "_" and "-", such as hospital/vault-1.',
    );
  }
}

/**
 * An endpoint in its one form, without a slash at the end.
 * @throws StoreError `invalid`; its text does not repeat what may hold a secret
 */
export function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    url.username !== "" ||
    url.password !== "" ||
    url.search !== "" ||
    url.hash !== ""
  ) {
    throw new StoreError(
      "invalid",
      "An endpoint is an address such as https://account.blob.core.windows.net, and nothing more.",
    );
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new StoreError(
      "invalid",
      "An endpoint begins with https://, or with http:// in a network of your own.",
    );
  }
  return url.href.replace(/\/+$/, "");
}

/** Whether nobody on the way can read what is sent. */
export function isPrivate(endpoint: string): boolean {
  const { protocol, hostname } = new URL(endpoint);
  return protocol === "https:" || isLoopback(hostname);
}

/** What the names of a store's blobs begin with. */
export function blobPrefixOf({ prefix = "" }: AzurePlace): string {
  return prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
}
