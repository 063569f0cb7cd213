// A WebDAV server in memory, honest but where a test has it answer otherwise.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export class FakeWebDav {
  /** Objects and drafts, by their path; folders end with "/". */
  readonly files = new Map<string, Buffer>([["/store/", Buffer.of()]]);
  /** All that was asked, as "PUT /store/…". */
  readonly asked: string[] = [];
  /** Paths of the uploads that came to their end. */
  readonly received: string[] = [];
  readonly headers: IncomingMessage["headers"][] = [];
  readonly #server: Server;
  readonly #answers = new Map<string, Answer>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeWebDav> {
    const server = createServer();
    const fake = new FakeWebDav(server);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      fake.asked.push(`${request.method} ${request.url}`);
      fake.headers.push(request.headers);
      const answer = fake.#answers.get(request.method!) ?? ((...both) => void fake.honestly(...both));
      answer(request, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/store/`;
  }

  /** From now on requests of that method are answered so. */
  on(method: string, answer: Answer): void {
    this.#answers.set(method, answer);
  }

  /** From now on a resource of that path is answered so, and all others honestly. */
  onPath(method: string, path: string, answer: Answer): void {
    this.on(method, (request, response) => {
      if (request.url === path) answer(request, response);
      else void this.honestly(request, response);
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async honestly(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url!;
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    switch (request.method!) {
      case "PROPFIND":
        return this.#list(path, request.headers["depth"] === "1", response);
      case "MKCOL":
        response.statusCode = this.files.has(path) ? 405 : 201;
        this.files.set(path, Buffer.of());
        break;
      case "PUT":
        this.received.push(path);
        this.files.set(path, body);
        response.statusCode = 201;
        break;
      case "MOVE":
        response.statusCode = this.#move(path, new URL(request.headers["destination"] as string).pathname);
        break;
      case "DELETE":
        response.statusCode = this.files.delete(path) ? 204 : 404;
        break;
      default:
        response.statusCode = this.files.has(path) ? 200 : 404;
        response.end(this.files.get(path));
        return;
    }
    response.end();
  }

  #move(from: string, to: string): number {
    const body = this.files.get(from);
    if (body === undefined) return 404;
    if (this.files.has(to)) return 412;
    this.files.delete(from);
    this.files.set(to, body);
    return 201;
  }

  #list(path: string, deep: boolean, response: ServerResponse): void {
    const found = [...this.files].filter(([each]) => each === path || (deep && isChild(path, each)));
    if (found.length === 0) response.statusCode = 404;
    else response.statusCode = 207;
    response.end(multistatus(...found.map(([each, body]) => entry(each, body.length))));
  }
}

export function multistatus(...entries: readonly string[]): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">${entries.join("")}</D:multistatus>`;
}

export function entry(href: string, lengthBytes: number | string): string {
  const type = href.endsWith("/") ? "<D:resourcetype><D:collection/></D:resourcetype>" : "<D:resourcetype/>";
  const length = `<D:getcontentlength>${lengthBytes}</D:getcontentlength>`;
  const properties = `<D:prop>${type}${length}</D:prop><D:status>HTTP/1.1 200 OK</D:status>`;
  return `<D:response><D:href>${href}</D:href><D:propstat>${properties}</D:propstat></D:response>`;
}

function isChild(folder: string, path: string): boolean {
  return path.startsWith(folder) && /^[^/]+\/?$/.test(path.slice(folder.length));
}
