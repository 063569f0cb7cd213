// OpenSSH's sshd on a loopback port: a configuration, a host key and a user's key of its own, for whoever runs it.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ForkingDaemon } from "./forking-daemon.ts";
import { findProgram, missing } from "./installed.ts";
import { freePort, type RunningServer } from "./server.ts";

/** Where sshd locks its unprivileged half in, when root runs it. */
const PRIVILEGE_SEPARATION = "/run/sshd";

export interface SftpServer extends RunningServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** "SHA256:…" of its host key. */
  readonly hostKey: string;
  /** OpenSSH's own format, without a passphrase. */
  readonly privateKey: string;
  /** An empty folder for a store, on the disk and at the server alike. */
  readonly folder: string;
  /** The processes that serve connections. */
  sessions(): Promise<readonly number[]>;
  /** Brings it back at the same address, with the same key and all that it held. */
  startAgain(): Promise<void>;
}

export async function startSftpServer({ readOnly = false } = {}): Promise<SftpServer> {
  if (missing.sftp !== undefined) throw new Error(missing.sftp);
  const port = await freePort();
  const home = await mkdtemp(join(tmpdir(), "chirograph-sftp-"));
  const folder = join(home, "records");
  await prepare(home, folder, port, readOnly);

  const daemon = await ForkingDaemon.start({
    path: findProgram("sshd")!,
    parameters: ["-D", "-e", "-f", join(home, "sshd.conf")],
    log: join(home, "sshd.log"),
    pidFile: join(home, "sshd.pid"),
    port,
  });
  return {
    address: `127.0.0.1:${port}`,
    host: "127.0.0.1",
    port,
    user: userInfo().username,
    hostKey: fingerprint(await readFile(join(home, "host.pub"), "utf8")),
    privateKey: await readFile(join(home, "user"), "utf8"),
    folder,
    sessions: () => daemon.children(),
    kill: () => daemon.kill(),
    startAgain: () => daemon.startAgain(),
    stop: async () => {
      await daemon.kill();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function prepare(home: string, folder: string, port: number, readOnly: boolean): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  if (process.getuid?.() === 0 && !existsSync(PRIVILEGE_SEPARATION)) await mkdir(PRIVILEGE_SEPARATION);
  for (const name of ["host", "user"]) await makeKey(join(home, name));
  await writeFile(join(home, "sshd.conf"), configuration(home, port, readOnly));
}

async function makeKey(path: string): Promise<void> {
  const run = promisify(execFile);
  await run(findProgram("ssh-keygen")!, ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path]);
}

/** "SHA256:…" of a public key in OpenSSH's format, as `ssh-keygen -l` shows it. */
export function fingerprint(publicKey: string): string {
  const hash = createHash("sha256").update(Buffer.from(publicKey.split(" ")[1]!, "base64"));
  return `SHA256:${hash.digest("base64").replace("=", "")}`;
}

function configuration(home: string, port: number, readOnly: boolean): string {
  return [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${home}/host`,
    `AuthorizedKeysFile ${home}/user.pub`,
    `PidFile ${home}/sshd.pid`,
    "PubkeyAuthentication yes",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
    // The folders above are everybody's.
    "StrictModes no",
    "UsePAM no",
    "LogLevel ERROR",
    "MaxStartups 100",
    `Subsystem sftp internal-sftp${readOnly ? " -R" : ""}`,
    "",
  ].join("\n");
}
