import type { Located } from "./located.ts";
import { refuseLocation } from "./refusal.ts";
import { formatOptions, parseRemoteUrl } from "./remote-url.ts";

export interface SftpPlace {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Absolute. */
  readonly path: string;
  /** `SHA256:` and the key's digest in base64, as `ssh-keygen -l` prints it. */
  readonly hostKey: string;
}

const HINT =
  "A folder on an SSH server is sftp://USER@HOST[:PORT]/FOLDER?host-key=SHA256:…; ssh-keyscan HOST | ssh-keygen -lf - prints the key's fingerprint, to be compared with what its owner says.";
const HOST_KEY = /^SHA256:[A-Za-z0-9+/]{43}$/;
const PORT = 22;

/** A folder on a server of SSH, which is known by its key and by nothing else. */
export function parseSftp(value: string): Located<SftpPlace> {
  const { origin, host, port, user, segments, options } = parseRemoteUrl(value, value, {
    hint: HINT,
    options: ["host-key"],
    mayHaveUser: true,
  });
  const hostKey = options.get("host-key") ?? "";
  if (user === "" || segments.length === 0 || !HOST_KEY.test(hostKey)) return refuseLocation(value, HINT);
  const path = `/${segments.join("/")}`;
  const address = origin.replace("sftp://", `sftp://${user}@`).replace(/:22$/, "");
  return {
    location: `${address}${path}${formatOptions({ "host-key": hostKey })}`,
    place: { host: host.replace(/^\[(.*)\]$/, "$1"), port: port === 0 ? PORT : port, user, path, hostKey },
  };
}
