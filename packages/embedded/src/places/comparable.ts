const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: "80", https: "443", sftp: "22" };

const ADDRESS = /^((?:s3|azblob|webdav):https?|sftp):\/\/((?:[^@/?]*@)?)([^@/?]+)((?:[/?].*)?)$/is;
const AMAZON = /^s3:[^/:?]+(?:[/?].*)?$/s;

/**
 * A location, or a beginning of one, so that two can be compared letter by letter: scheme and host in lower case, the
 * scheme's own port left out. `undefined` when it names no host, nor a bucket of Amazon's.
 */
export function comparable(text: string): string | undefined {
  const [, scheme = "", user = "", host = "", rest = ""] = ADDRESS.exec(text) ?? [];
  if (host === "") return AMAZON.test(text) ? text : undefined;
  const kind = scheme.toLowerCase();
  const port = DEFAULT_PORTS[kind.split(":").at(-1)!];
  const [, name = "", given] = /^(.*?)(?::(\d*))?$/s.exec(host) ?? [];
  if (name === "") return undefined;
  const isDefault = given === undefined || given === "" || given === port;
  return `${kind}://${user}${name.toLowerCase()}${isDefault ? "" : `:${given}`}${rest}`;
}
