// Eight stores of five kinds, on real servers: two folders, two buckets at an S3 server each, two Azure containers at a
// server each, a WebDAV folder and an SFTP folder. Any of them can be taken away and brought back.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createAzureStore } from "@chirograph/stores/azblob";
import { startAzurite } from "./servers/azurite.ts";
import { startRgw } from "./servers/rgw.ts";
import { startSftpServer } from "./servers/sftp.ts";
import { startWebDavServer } from "./servers/webdav.ts";

export interface Cloud {
  /** As `--store` names it. */
  readonly location: string;
  /** Kills its server, or moves its folder. */
  takeAway(): Promise<void>;
  /** With all that it held. */
  bringBack(): Promise<void>;
}

export interface Clouds {
  readonly all: readonly Cloud[];
  /** For CHIROGRAPH_CREDENTIALS: what opens them. */
  readonly credentialsFile: string;
  stop(): Promise<void>;
}

/** What a server adds: its stores, what opens them, and how it ends. */
interface Part {
  readonly clouds: readonly Cloud[];
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>;
  stop(): Promise<void>;
}

/** @param folder what is to hold folders, keys and credentials; it is there, and is not removed */
export async function startClouds(folder: string): Promise<Clouds> {
  const started = await Promise.allSettled([
    folders(folder),
    buckets(),
    container(),
    container(),
    webDavFolder(),
    sftpFolder(folder),
  ]);
  const parts = started.flatMap((part) => (part.status === "fulfilled" ? [part.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(parts.map((part) => part.stop()));
  };
  const failure = started.find((part) => part.status === "rejected");
  if (failure !== undefined) {
    await stop();
    throw failure.reason;
  }
  const credentialsFile = join(folder, "credentials.json");
  const credentials = Object.assign({}, ...parts.map((part) => part.credentials)) as object;
  await writeFile(credentialsFile, JSON.stringify(credentials), { mode: 0o600 });
  return { all: parts.flatMap(({ clouds }) => clouds), credentialsFile, stop };
}

async function folders(home: string): Promise<Part> {
  const clouds = ["folder-1", "folder-2"]
    .map((name) => join(home, name))
    .map((path) => ({
      location: `file:${path}`,
      takeAway: () => rename(path, `${path}-away`),
      bringBack: () => rename(`${path}-away`, path),
    }));
  return { clouds, credentials: {}, stop: async () => undefined };
}

async function buckets(): Promise<Part> {
  const cluster = await startRgw({ instances: 2 });
  const { servers } = cluster;
  const names = servers.map((_, index) => `fragments-${index + 1}`);
  for (const [index, server] of servers.entries()) await server.createBucket(names[index]!);
  return {
    clouds: servers.map((server, index) => ({
      location: `s3:${server.address}/${names[index]}`,
      takeAway: () => server.kill(),
      bringBack: () => server.startAgain(),
    })),
    credentials: Object.fromEntries(
      servers.map(({ address, credentials: { accessKeyId, secretAccessKey } }) => [
        `s3:${address}`,
        { accessKeyId, secretAccessKey },
      ]),
    ),
    stop: () => cluster.stop(),
  };
}

async function container(): Promise<Part> {
  const server = await startAzurite();
  const name = "fragments";
  await createAzureStore({ endpoint: server.address, container: name }, server.credentials);
  return {
    clouds: [
      {
        location: `azblob:${server.address}/${name}`,
        // In order: killed, this emulator forgets what it acknowledged in the five seconds before.
        takeAway: () => server.end(),
        bringBack: () => server.startAgain(),
      },
    ],
    credentials: { [`azblob:${server.address}`]: { accountKey: server.credentials.accountKey } },
    stop: () => server.stop(),
  };
}

async function webDavFolder(): Promise<Part> {
  const server = await startWebDavServer();
  const { username, password } = server;
  const location = `webdav:${server.address.replace(/\/$/, "")}`;
  return {
    clouds: [{ location, takeAway: () => server.kill(), bringBack: () => server.startAgain() }],
    credentials: { [location]: { username, password } },
    stop: () => server.stop(),
  };
}

async function sftpFolder(home: string): Promise<Part> {
  const server = await startSftpServer();
  const { host, port, user, folder, hostKey } = server;
  const keys = join(home, "keys");
  await mkdir(keys, { mode: 0o700 });
  const keyFile = join(keys, "sftp");
  await writeFile(keyFile, server.privateKey, { mode: 0o600 });
  return {
    clouds: [
      {
        location: `sftp://${user}@${host}:${port}${folder}?host-key=${hostKey}`,
        takeAway: () => server.kill(),
        bringBack: () => server.startAgain(),
      },
    ],
    credentials: { [`sftp://${user}@${host}:${port}`]: { keyFile } },
    stop: () => server.stop(),
  };
}
