import type { CallOptions, Store } from "@chirograph/stores";
import { fields, optional, type Read, text } from "../../strict-json.ts";
import { credentialsFor } from "../credentials.ts";
import type { Location } from "../location.ts";
import type { WebDavPlace } from "../webdav.ts";

type Credentials = { readonly username: string; readonly password: string } | { readonly token: string };

interface Given {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly token: string | undefined;
}

const readGiven = fields<Given>({
  username: optional(text),
  password: optional(text),
  token: optional(text),
});

const readCredentials: Read<Credentials> = (value, place) => {
  const { username, password, token } = readGiven(value, place);
  if (token !== undefined && username === undefined && password === undefined) return { token };
  if (token === undefined && username !== undefined && password !== undefined) return { username, password };
  return place.refuse("needs a username and a password, or a token");
};

/** Without an entry in the file of credentials, none are sent. */
export async function openWebDav(
  location: Location,
  place: WebDavPlace,
  options: CallOptions,
): Promise<Store> {
  const credentials = credentialsFor(location, readCredentials);
  const { openWebDavStore } = await import("@chirograph/stores/webdav");
  return openWebDavStore(place, credentials, options);
}
