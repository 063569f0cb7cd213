import { isLoopback, type CallOptions, type Store } from "@chirograph/stores";
import { EmbeddedError } from "../../error.ts";
import { fields, optional, type Read, text } from "../../strict-json.ts";
import type { AzurePlace } from "../azblob.ts";
import { credentialsFor } from "../credentials.ts";
import type { Location } from "../location.ts";

interface Credentials {
  readonly accountKey: string | undefined;
  readonly sasToken: string | undefined;
}

const readCredentials: Read<Credentials> = (value, place) => {
  const credentials = fields<Credentials>({ accountKey: optional(text), sasToken: optional(text) })(
    value,
    place,
  );
  const isOne = (credentials.accountKey === undefined) !== (credentials.sasToken === undefined);
  return isOne ? credentials : place.refuse("needs an accountKey or a sasToken, and not both");
};

/** Without an entry in the file of credentials, the variables of Azure's own command line count, for their account. */
export async function openAzure(location: Location, place: AzurePlace, options: CallOptions): Promise<Store> {
  const { accountKey, sasToken } =
    credentialsFor(location, readCredentials) ?? fromEnvironment(location, place);
  const { openAzureStore } = await import("@chirograph/stores/azblob");
  const { endpoint, container, prefix, account: accountName } = place;
  return openAzureStore(
    { endpoint, container, ...(prefix !== "" && { prefix }) },
    accountKey === undefined ? { sasToken: sasToken! } : { accountName, accountKey },
    options,
  );
}

function fromEnvironment(location: Location, place: AzurePlace): Credentials {
  const {
    AZURE_STORAGE_ACCOUNT: account,
    AZURE_STORAGE_KEY: accountKey,
    AZURE_STORAGE_SAS_TOKEN: sasToken,
  } = process.env;
  const isMeant = account === place.account && isOwn(place);
  if (isMeant && (accountKey !== undefined || sasToken !== undefined)) return { accountKey, sasToken };
  throw new EmbeddedError("missing", `There are no credentials for ${location}.`, {
    hint: "They belong into the file of credentials or AZURE_STORAGE_KEY with AZURE_STORAGE_ACCOUNT; docs/stores.md says how.",
  });
}

/** Whoever has a host of another name gets no secret that was not meant for it. */
function isOwn({ endpoint, account }: AzurePlace): boolean {
  return endpoint === `https://${account}.blob.core.windows.net` || isLoopback(new URL(endpoint).hostname);
}
