import { StoreError } from "../error.ts";

/** Where a bucket is. Nothing here is secret. */
export interface S3Place {
  readonly bucket: string;
  /** Path in the bucket that this store has to itself, such as "hospital/vault-1"; none for the whole bucket. */
  readonly prefix?: string;
  /** Address of the server, `https://host` or `https://host:port`; AWS when there is none. */
  readonly endpoint?: string;
  /** "us-east-1" where there is an endpoint, else what AWS's own settings say. */
  readonly region?: string;
  /** Whether the bucket stands in the path and not in the host name: yes where there is an endpoint, no on AWS. */
  readonly pathStyle?: boolean;
}

/** Keys of an account. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const bucketGrammar = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;
const prefixGrammar = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\/?$/;
const regionGrammar = /^[A-Za-z0-9-]{1,64}$/;
/** Of 1,024 that a key may have, 128 are the name's. */
const LONGEST_PREFIX = 512;

/** @throws StoreError `invalid`; no text repeats what was given, which may hold a secret by mistake */
export function checkPlace({ bucket, prefix = "", endpoint, region }: S3Place): void {
  if (!bucketGrammar.test(bucket))
    throw invalid("The name of a bucket has letters, digits, '.', '_' and '-'.");
  if (prefix !== "" && !(prefixGrammar.test(prefix) && prefix.length <= LONGEST_PREFIX)) {
    throw invalid("A prefix is a path of letters, digits, '.', '_' and '-', such as hospital/vault-1.");
  }
  if (region !== undefined && !regionGrammar.test(region)) {
    throw invalid("A region has letters, digits and '-', such as eu-central-1.");
  }
  if (endpoint !== undefined) checkEndpoint(endpoint);
}

function checkEndpoint(endpoint: string): void {
  const address = URL.parse(endpoint);
  if (address === null || !["http:", "https:"].includes(address.protocol)) {
    throw invalid("An endpoint is an address such as https://s3.example.org.");
  }
  if (address.username !== "" || address.password !== "") {
    throw invalid("An endpoint holds no credentials: hand them over apart from it.");
  }
  if (address.search !== "" || address.hash !== "") throw invalid("An endpoint has no '?' and no '#'.");
}

function invalid(text: string): StoreError {
  return new StoreError("invalid", text);
}
