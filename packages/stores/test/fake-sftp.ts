// An SFTP server in memory, as plain as the protocol allows: version 3, no extension, short reads if a test wants them.
import { once } from "node:events";
import ssh2, { type Client, type Connection, type FileEntry, type SFTPWrapper } from "ssh2";
import { freePort } from "../../../test-support/servers/server.ts";
import { fingerprint } from "../../../test-support/servers/sftp.ts";

const { Server, utils } = ssh2;
const { OK, EOF, NO_SUCH_FILE, FAILURE } = utils.sftp.STATUS_CODE;
const FILE = 0o100_600;
const FOLDER = 0o040_700;

export class FakeSftp {
  /** Files by their path; folders are there without a body. */
  readonly files = new Map<string, Buffer | null>([["/store", null]]);
  readonly user = "somebody";
  readonly password = "correct-horse";
  readonly hostKey: string;
  readonly port: number;
  /** The most that one read gives back. */
  mostRead = Number.POSITIVE_INFINITY;
  /** Folders that seem to have no end. */
  endless = false;
  /** What is done instead of answering a request of that name. */
  readonly instead = new Map<string, (sftp: SFTPWrapper, id: number) => void>();
  readonly #server: InstanceType<typeof Server>;
  readonly #clients = new Set<Connection>();

  private constructor(port: number, keyboard: boolean) {
    const { hostKey, shown } = makeHostKey();
    this.port = port;
    this.hostKey = fingerprint(shown);
    this.#server = new Server({ hostKeys: [hostKey] }, (client) => this.#greet(client, keyboard));
  }

  /** @param keyboard asks for the password as a question, and in no other way */
  static async start({ keyboard = false } = {}): Promise<FakeSftp> {
    const fake = new FakeSftp(await freePort(), keyboard);
    fake.#server.listen(fake.port, "127.0.0.1");
    await once(fake.#server, "listening");
    return fake;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.end();
    this.#server.close();
    await once(this.#server, "close");
  }

  #greet(client: Connection, keyboard: boolean): void {
    this.#clients.add(client);
    // The library's types do not know that its servers have it too.
    (client as unknown as Client).setNoDelay(true);
    client.on("error", () => undefined);
    client.on("close", () => this.#clients.delete(client));
    client.on("authentication", (context) => {
      if (keyboard && context.method === "keyboard-interactive") {
        context.prompt([{ prompt: "Password: ", echo: false }], ([answer]) =>
          answer === this.password ? context.accept() : context.reject(),
        );
      } else if (!keyboard && context.method === "password" && context.password === this.password) {
        context.accept();
      } else {
        context.reject([keyboard ? "keyboard-interactive" : "password"]);
      }
    });
    client.on("ready", () =>
      client.on("session", (accept) => accept().on("sftp", (acceptSftp) => this.#serve(acceptSftp()))),
    );
  }

  #serve(sftp: SFTPWrapper): void {
    const handles: { path: string; read: boolean }[] = [];
    const pathOf = (handle: Buffer): string => handles[handle.readUInt32BE()]!.path;
    const give = (id: number, path: string): void => {
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(handles.push({ path, read: false }) - 1);
      sftp.handle(id, handle);
    };
    const attributes = (path: string): ReturnType<FakeSftp["attributesOf"]> => this.attributesOf(path);
    const on = (name: string, act: (id: number, ...parts: never[]) => void): void => {
      sftp.on(name as "OPEN", (id: number, ...parts: unknown[]) => {
        const instead = this.instead.get(name);
        if (instead === undefined) act(id, ...(parts as never[]));
        else instead(sftp, id);
      });
    };
    const look = (id: number, path: string): void => {
      if (this.files.has(path)) sftp.attrs(id, attributes(path));
      else sftp.status(id, NO_SUCH_FILE);
    };
    on("LSTAT", look);
    on("STAT", look);
    on("OPEN", (id, path: string, flags: number) => {
      const isNew = (flags & utils.sftp.OPEN_MODE.CREAT) !== 0;
      if (isNew && !this.files.has(parentOf(path))) return sftp.status(id, NO_SUCH_FILE);
      if (!isNew && !this.files.has(path)) return sftp.status(id, NO_SUCH_FILE);
      if (isNew) this.files.set(path, Buffer.of());
      give(id, path);
    });
    on("WRITE", (id, handle: Buffer, offset: number, data: Buffer) => {
      const before = this.files.get(pathOf(handle)) ?? Buffer.of();
      const after = Buffer.alloc(Math.max(before.length, offset + data.length));
      before.copy(after);
      data.copy(after, offset);
      this.files.set(pathOf(handle), after);
      sftp.status(id, OK);
    });
    on("READ", (id, handle: Buffer, offset: number, lengthBytes: number) => {
      const data = (this.files.get(pathOf(handle)) ?? Buffer.of()).subarray(offset);
      if (data.length === 0) return sftp.status(id, EOF);
      sftp.data(id, data.subarray(0, Math.min(lengthBytes, this.mostRead)));
    });
    on("CLOSE", (id) => sftp.status(id, OK));
    on("MKDIR", (id, path: string) => {
      const isNew = !this.files.has(path);
      if (isNew) this.files.set(path, null);
      sftp.status(id, isNew ? OK : FAILURE);
    });
    on("REMOVE", (id, path: string) => sftp.status(id, this.files.delete(path) ? OK : NO_SUCH_FILE));
    // As some servers do, and OpenSSH does not: it replaces what is there.
    on("RENAME", (id, from: string, to: string) => {
      const body = this.files.get(from);
      if (body === undefined || !this.files.has(parentOf(to))) return sftp.status(id, NO_SUCH_FILE);
      this.files.delete(from);
      this.files.set(to, body);
      sftp.status(id, OK);
    });
    on("OPENDIR", (id, path: string) => {
      if (this.files.has(path)) give(id, path);
      else sftp.status(id, NO_SUCH_FILE);
    });
    on("READDIR", (id, handle: Buffer) => {
      const opened = handles[handle.readUInt32BE()]!;
      if (opened.read && !this.endless) return sftp.status(id, EOF);
      opened.read = true;
      const inside = [...this.files.keys()].filter((path) => parentOf(path) === opened.path);
      const entries: FileEntry[] = inside.map((path) => ({
        filename: path.slice(path.lastIndexOf("/") + 1),
        longname: "",
        attrs: attributes(path),
      }));
      sftp.name(id, this.endless ? Array.from({ length: 400 }, () => entries[0]!) : entries);
    });
  }

  attributesOf(path: string): FileEntry["attrs"] {
    const body = this.files.get(path) ?? null;
    const mtime = Math.floor(Date.now() / 1000);
    return {
      mode: body === null ? FOLDER : FILE,
      uid: 0,
      gid: 0,
      size: body?.length ?? 0,
      atime: mtime,
      mtime,
    };
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** Now and then the library makes a key that it cannot read itself. */
function makeHostKey(): { hostKey: string; shown: string } {
  for (let tries = 0; tries < 20; tries++) {
    const { private: hostKey, public: shown } = utils.generateKeyPairSync("ed25519");
    if (!(utils.parseKey(hostKey) instanceof Error)) return { hostKey, shown };
  }
  throw new Error("no host key could be made");
}
