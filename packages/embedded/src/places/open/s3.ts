import type { S3Credentials, S3Options, S3Store } from "@chirograph/stores/s3";
import { EmbeddedError } from "../../error.ts";
import { fields, optional, type Read, text } from "../../strict-json.ts";
import { credentialsFor } from "../credentials.ts";
import type { Location } from "../location.ts";
import type { S3Place } from "../s3.ts";

interface Given {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

const readGiven = fields<Given>({ accessKeyId: text, secretAccessKey: text, sessionToken: optional(text) });

const readCredentials: Read<S3Credentials> = (value, place) => {
  const { sessionToken, ...keys } = readGiven(value, place);
  return sessionToken === undefined ? keys : { ...keys, sessionToken };
};

/**
 * Without an entry in the file of credentials, Amazon's own chain finds them, for Amazon's own buckets alone.
 * @param options with what was found out about the bucket at an earlier time: to find it out takes some forty requests
 */
export async function openS3(location: Location, place: S3Place, options: S3Options): Promise<S3Store> {
  const credentials = credentialsFor(location, readCredentials);
  if (credentials === undefined && place.endpoint !== undefined) {
    throw new EmbeddedError("missing", `There are no credentials for ${location}.`, {
      hint: "They belong into the file of credentials; docs/stores.md says how.",
    });
  }
  const { openS3Store } = await import("@chirograph/stores/s3");
  return openS3Store(place, credentials, options);
}
