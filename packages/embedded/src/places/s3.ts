import type { Located } from "./located.ts";
import { refuseLocation } from "./refusal.ts";
import { formatOptions, parseRemoteUrl, requireSafeLine } from "./remote-url.ts";

export interface S3Place {
  readonly bucket: string;
  /** In front of every name, with a "/" between; empty: none. */
  readonly prefix: string;
  /** `undefined`: Amazon's own. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Whether the bucket is part of the path, and not of the host's name. */
  readonly pathStyle: boolean;
}

const HINT =
  "A bucket is s3:BUCKET[/PREFIX][?region=REGION] at Amazon, s3:https://HOST/BUCKET[/PREFIX][?region=REGION&style=path|host] elsewhere.";
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** A bucket of Amazon's, or of a service that speaks as it does. */
export function parseS3(value: string): Located<S3Place> {
  const rest = value.slice("s3:".length);
  const isElsewhere = /^https?:\/\//.test(rest);
  const url = parseRemoteUrl(value, isElsewhere ? rest : `s3://aws/${rest}`, {
    hint: HINT,
    options: isElsewhere ? ["region", "style"] : ["region"],
    mayHaveUser: false,
  });
  if (isElsewhere) requireSafeLine(value, url);
  const [bucket = "", ...below] = url.segments;
  const style = url.options.get("style") ?? "path";
  if (!BUCKET.test(bucket) || !["path", "host"].includes(style)) return refuseLocation(value, HINT);
  const prefix = below.join("/");
  const region = url.options.get("region");
  const place = {
    bucket,
    prefix,
    ...(isElsewhere && { endpoint: url.origin }),
    ...(region !== undefined && { region }),
    pathStyle: isElsewhere && style === "path",
  };
  const where = [...(isElsewhere ? [url.origin] : []), bucket, ...below].join("/");
  const options = formatOptions({ region, style: style === "path" ? undefined : style });
  return { location: `s3:${where}${options}`, place };
}
