// The real servers that tests start, as far as they are installed here. Nothing is downloaded by a test.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export const azurite: string = join(
  import.meta.dirname,
  "../azurite/node_modules/azurite/dist/src/blob/main.js",
);
const cephPrograms: readonly string[] = [
  "ceph-mon",
  "ceph-osd",
  "radosgw",
  "radosgw-admin",
  "ceph",
  "monmaptool",
];

/** Why tests that need a server cannot run here, with the command that provides it; undefined when they can. */
export const missing: Readonly<Record<"rgw" | "azurite" | "webDav" | "sftp", string | undefined>> = {
  rgw: cephPrograms.every(findProgram)
    ? undefined
    : "no Ceph RGW; apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common provides it",
  azurite: existsSync(azurite) ? undefined : "no Azurite; npm ci --prefix test-support/azurite provides it",
  webDav: findProgram("apache2")
    ? undefined
    : "no Apache; apt-get install --no-install-recommends apache2-bin provides it",
  sftp: ["sshd", "ssh-keygen"].every(findProgram)
    ? undefined
    : "no sshd; apt-get install --no-install-recommends openssh-server provides it",
};

/** A program of that name in the usual folders or on the PATH. */
export function findProgram(name: string): string | undefined {
  const folders = ["/usr/sbin", "/usr/bin", ...(process.env["PATH"] ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
