import { isLoopback } from "@chirograph/stores";
import { refuseLocation } from "./refusal.ts";

/** A place on another machine, taken apart. */
export interface RemoteUrl {
  /** `https://host:port`, or `sftp://host:port`. */
  readonly origin: string;
  readonly host: string;
  /** 0: the scheme's own. */
  readonly port: number;
  readonly user: string;
  /** Without empty ones, decoded. */
  readonly segments: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

interface Grammar {
  readonly hint: string;
  /** Options that may follow a `?`. */
  readonly options: readonly string[];
  readonly mayHaveUser: boolean;
}

/** Characters that need no percent anywhere, and that no store takes for something else. */
const SEGMENT = /^[A-Za-z0-9._~-]{1,255}$/;
const USER = /^[A-Za-z0-9._-]{1,64}$/;
const OPTION_VALUE = /^[A-Za-z0-9._:+/=-]{1,256}$/;

/**
 * Takes a URL apart that is written plainly: no password, no percent, no dots that climb, no options but the known.
 * @param value the whole location, for errors
 * @throws EmbeddedError `invalid`
 */
export function parseRemoteUrl(
  value: string,
  text: string,
  { hint, options, mayHaveUser }: Grammar,
): RemoteUrl {
  const refuse = (): never => refuseLocation(value, hint);
  const [address = "", query, ...rest] = text.split("?");
  if (rest.length > 0 || !/^[a-z0-9]+:\/\/[\x21-\x7e]+$/.test(address) || /[#\\%]/.test(text))
    return refuse();
  const url = URL.canParse(address) ? new URL(address) : refuse();
  if (url.password !== "") {
    return refuseLocation(
      value,
      "No password or key belongs in a location; docs/stores.md says where it does.",
    );
  }
  if (url.username !== "" && !(mayHaveUser && USER.test(url.username))) return refuse();
  const segments = address
    .replace(/^[a-z0-9]+:\/\/[^/]*/, "")
    .split("/")
    .filter((segment) => segment !== "");
  if (segments.some((segment) => !SEGMENT.test(segment) || /^\.\.?$/.test(segment))) return refuse();
  const port = url.port === "" ? 0 : Number(url.port);
  if (url.port !== "" && port === 0) return refuse();
  return {
    origin: `${url.protocol}//${url.host}`,
    host: url.hostname,
    port,
    user: url.username,
    segments,
    options: query === undefined ? new Map() : (parseOptions(query, options) ?? refuse()),
  };
}

/** Over the open line go only words between programs on one machine. */
export function requireSafeLine(value: string, { origin, host }: RemoteUrl): void {
  if (origin.startsWith("https://") || (origin.startsWith("http://") && isLoopback(host))) return;
  refuseLocation(value, "Another machine is reached by https:// alone; http:// is for this one.");
}

function parseOptions(query: string, known: readonly string[]): Map<string, string> | undefined {
  const options = new Map<string, string>();
  for (const part of query.split("&")) {
    const at = part.indexOf("=");
    const [name, value] = [part.slice(0, Math.max(at, 0)), part.slice(at + 1)];
    if (!known.includes(name) || options.has(name) || !OPTION_VALUE.test(value)) return undefined;
    options.set(name, value);
  }
  return options;
}

/** What a location ends with: the options that are given, in their order. */
export function formatOptions(options: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  return given.length === 0 ? "" : `?${given.join("&")}`;
}
