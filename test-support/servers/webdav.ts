// Apache with mod_dav on a loopback port: a configuration, a folder and a password of its own, as any user.
import { createHash, randomBytes } from "node:crypto";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ForkingDaemon } from "./forking-daemon.ts";
import { findProgram, missing } from "./installed.ts";
import { freePort, type RunningServer } from "./server.ts";

const MODULES = "/usr/lib/apache2/modules";
/** Who serves requests when root starts it: Debian's "www-data". */
const WWW_DATA = 33;

export interface WebDavServer extends RunningServer {
  readonly username: string;
  readonly password: string;
  /** What it serves, on the disk. */
  readonly folder: string;
  /** Brings it back at the same address, with all that it held. */
  startAgain(): Promise<void>;
}

export async function startWebDavServer(): Promise<WebDavServer> {
  if (missing.webDav !== undefined) throw new Error(missing.webDav);
  const port = await freePort();
  const username = "store";
  const password = randomBytes(12).toString("hex");
  const home = await mkdtemp(join(tmpdir(), "chirograph-webdav-"));
  const folder = join(home, "served", "records");
  await prepare(home, folder, { port, username, password });

  const daemon = await ForkingDaemon.start({
    path: findProgram("apache2")!,
    parameters: ["-f", join(home, "apache.conf"), "-DFOREGROUND"],
    log: join(home, "output.log"),
    pidFile: join(home, "apache.pid"),
    port,
  });
  return {
    address: `http://127.0.0.1:${port}/records/`,
    username,
    password,
    folder,
    kill: () => daemon.kill(),
    startAgain: () => daemon.startAgain(),
    stop: async () => {
      await daemon.kill();
      await rm(home, { recursive: true, force: true });
    },
  };
}

interface Access {
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

async function prepare(home: string, folder: string, access: Access): Promise<void> {
  await mkdir(folder, { recursive: true });
  await mkdir(join(home, "locks"));
  await writeFile(join(home, "users"), `${access.username}:{SHA}${sha1(access.password)}\n`);
  await writeFile(join(home, "apache.conf"), configuration(home, access));
  if (process.getuid?.() !== 0) return;
  await chmod(home, 0o755);
  for (const path of [folder, join(home, "served"), join(home, "locks")])
    await chown(path, WWW_DATA, WWW_DATA);
}

/** The one form of Apache's password files that needs no program of its own. */
function sha1(password: string): string {
  return createHash("sha1").update(password).digest("base64");
}

function configuration(home: string, { port }: Access): string {
  const modules = ["mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "dav"];
  const asRoot = process.getuid?.() === 0 ? [`User #${WWW_DATA}`, `Group #${WWW_DATA}`] : [];
  return [
    ...[...modules, "dav_fs"].map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
    ...asRoot,
    `ServerRoot "${home}"`,
    `Listen 127.0.0.1:${port}`,
    "ServerName 127.0.0.1",
    `PidFile "${home}/apache.pid"`,
    `ErrorLog "${home}/error.log"`,
    `DefaultRuntimeDir "${home}"`,
    `DocumentRoot "${home}/served"`,
    `DavLockDB "${home}/locks/lock"`,
    "KeepAlive On",
    "MaxKeepAliveRequests 0",
    // Its default is 1 GiB.
    "LimitRequestBody 0",
    `<Directory "${home}/served">`,
    "  Dav On",
    "  AuthType Basic",
    "  AuthName store",
    `  AuthUserFile "${home}/users"`,
    "  Require valid-user",
    "</Directory>",
    "",
  ].join("\n");
}
