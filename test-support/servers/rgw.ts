// Ceph's S3 server as Debian packages it, with a cluster of its own: one monitor, one OSD in memory, no manager.
import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { Daemon } from "./daemon.ts";
import { findProgram, missing } from "./installed.ts";
import { freePort, type RunningServer, waitForPort } from "./server.ts";

const LONGEST_START_MS = 30_000;

export interface RgwOptions {
  /** So many servers, in front of one cluster. */
  readonly instances?: number;
  /** What all objects together may take; it is not taken before they do. */
  readonly memoryBytes?: number;
}

interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** One S3 server. */
interface RgwServer extends RunningServer {
  readonly credentials: S3Credentials;
  /** Brings it back at the same address after `kill` or `stop`, with all that it held. */
  startAgain(): Promise<void>;
  createBucket(name: string): Promise<void>;
}

export interface RgwCluster {
  readonly servers: readonly RgwServer[];
  stop(): Promise<void>;
}

/** Starts a cluster and its S3 servers, in a temporary folder and on free ports: about ten seconds, at most thirty. */
export async function startRgw({
  instances = 1,
  memoryBytes = 8 * 1024 ** 3,
}: RgwOptions = {}): Promise<RgwCluster> {
  if (missing.rgw !== undefined) throw new Error(missing.rgw);
  const signal = AbortSignal.timeout(LONGEST_START_MS);
  const folder = await mkdtemp(join(tmpdir(), "chirograph-ceph-"));
  const daemons: Daemon[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(daemons.map((daemon) => daemon.kill()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const cluster = new Cluster(folder, signal);
    await cluster.configure(memoryBytes);
    daemons.push(await cluster.startMonitor());
    daemons.push(await cluster.startOsd());
    const credentials = await cluster.createUser();
    const servers = await Promise.all(
      Array.from({ length: instances }, () => Rgw.start(cluster.configuration, folder, credentials, signal)),
    );
    return {
      servers,
      stop: async () => {
        await Promise.all(servers.map((server) => server.kill()));
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

class Cluster {
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #osd: string = randomUUID();

  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
  }

  get configuration(): string {
    return join(this.#folder, "ceph.conf");
  }

  async configure(memoryBytes: number): Promise<void> {
    const id = randomUUID();
    const monitor = `[v2:127.0.0.1:${await freePort()}]`;
    const text = configurationOf(this.#folder, id, monitor, memoryBytes);
    await writeFile(this.configuration, text, { mode: 0o600 });
    await writeFile(join(this.#folder, "keyring"), keyring(), { mode: 0o600 });
    for (const name of ["mon", "osd", "run"]) await mkdir(join(this.#folder, name));
    const map = join(this.#folder, "monmap");
    await this.#run("monmaptool", ["--create", "--addv", "a", monitor, "--fsid", id, map]);
    const keys = join(this.#folder, "keyring");
    await this.#run("ceph-mon", ["--mkfs", "-i", "a", "--monmap", map, "--keyring", keys, ...this.#here]);
  }

  async startMonitor(): Promise<Daemon> {
    return this.#start("ceph-mon", ["-f", "-i", "a", ...this.#here]);
  }

  async startOsd(): Promise<Daemon> {
    await this.#run("ceph", ["osd", "new", this.#osd, ...this.#here]);
    await this.#run("ceph-osd", ["--mkfs", "-i", "0", "--osd-uuid", this.#osd, ...this.#here]);
    return this.#start("ceph-osd", ["-f", "-i", "0", ...this.#here]);
  }

  /** A user with keys that the server makes up. Waits until the cluster can store that. */
  async createUser(): Promise<S3Credentials> {
    const names = ["--uid", "test", "--display-name", "Test"];
    const answer = await this.#run("radosgw-admin", ["user", "create", ...names, ...this.#here]);
    const { keys } = JSON.parse(answer) as { keys: { access_key: string; secret_key: string }[] };
    return { accessKeyId: keys[0]!.access_key, secretAccessKey: keys[0]!.secret_key };
  }

  get #here(): string[] {
    return ["-c", this.configuration];
  }

  #start(program: string, parameters: readonly string[]): Promise<Daemon> {
    return Daemon.start(findProgram(program)!, parameters, join(this.#folder, `${program}.out`));
  }

  async #run(program: string, parameters: readonly string[]): Promise<string> {
    // SIGKILL: a client that waits for the cluster does not end at less.
    const options = { signal: this.#signal, killSignal: "SIGKILL" } as const;
    const { stdout } = await promisify(execFile)(findProgram(program)!, parameters, options);
    return stdout;
  }
}

class Rgw implements RgwServer {
  readonly #configuration: string;
  readonly #folder: string;
  readonly #port: number;
  readonly credentials: S3Credentials;
  #daemon: Daemon | undefined;

  private constructor(configuration: string, folder: string, port: number, credentials: S3Credentials) {
    this.#configuration = configuration;
    this.#folder = folder;
    this.#port = port;
    this.credentials = credentials;
  }

  static async start(
    configuration: string,
    folder: string,
    credentials: S3Credentials,
    signal: AbortSignal,
  ): Promise<Rgw> {
    const server = new Rgw(configuration, folder, await freePort(), credentials);
    await server.#start(signal);
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async startAgain(): Promise<void> {
    await this.kill();
    await this.#start(AbortSignal.timeout(LONGEST_START_MS));
  }

  async #start(signal: AbortSignal): Promise<void> {
    const parameters = ["-f", "-n", "client.rgw", "-c", this.#configuration];
    const frontend = ["--rgw-frontends", `beast endpoint=127.0.0.1:${this.#port} tcp_nodelay=1`];
    const log = join(this.#folder, `radosgw-${this.#port}.out`);
    this.#daemon = await Daemon.start(findProgram("radosgw")!, [...parameters, ...frontend], log);
    try {
      await this.#daemon.during(waitForPort(this.#port, signal));
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  async kill(): Promise<void> {
    await this.#daemon?.kill();
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
  }

  async createBucket(name: string): Promise<void> {
    const client = new S3Client({
      endpoint: this.address,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: this.credentials,
      // This version of Ceph knows no trailing checksums.
      requestChecksumCalculation: "WHEN_REQUIRED",
    });
    await client.send(new CreateBucketCommand({ Bucket: name }));
    client.destroy();
  }
}

function configurationOf(folder: string, id: string, monitor: string, memoryBytes: number): string {
  return `[global]
fsid = ${id}
mon host = ${monitor}
keyring = ${folder}/keyring
mon data = ${folder}/mon
osd data = ${folder}/osd
run dir = ${folder}/run
crash dir = ${folder}/run
admin socket =
pid file =
log file =
log to stderr = true
mon cluster log file =
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd objectstore = memstore
memstore device bytes = ${memoryBytes}
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 0
paxos propose interval = 0.05
rgw thread pool size = 64
rgw dynamic resharding = false
rgw gc obj min wait = 1
rgw gc processor period = 5
rgw gc processor max time = 5
`;
}

function keyring(): string {
  const all = ["mon", "osd", "mgr"].map((part) => `caps ${part} = "allow *"`).join("\n");
  const names = ["mon.", "client.admin", "client.rgw", "osd.0"];
  return names.map((name) => `[${name}]\nkey = ${cephKey()}\n${all}\n`).join("");
}

/** A new key as ceph-authtool makes them: type 1, no date, 16 bytes. */
function cephKey(): string {
  const head = Buffer.alloc(12);
  head.writeUInt16LE(1, 0);
  head.writeUInt16LE(16, 10);
  return Buffer.concat([head, randomBytes(16)]).toString("base64");
}
