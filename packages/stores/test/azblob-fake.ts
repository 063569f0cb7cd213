// A server that answers as a test says: for what no real one does.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { openAzureStore } from "../src/azblob/azure-store.ts";
import type { Store } from "../src/store.ts";

/** How a request is answered. */
export type Answer = (request: FakeRequest, response: ServerResponse) => void;

/** A request whose body was read. */
export interface FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
}

export const accountKey: string = Buffer.from("a key that nobody may see").toString("base64");

export class FakeAzure {
  readonly #server: Server;
  readonly requests: FakeRequest[] = [];
  answer: Answer = (_, response) => list(response, []);

  private constructor(server: Server) {
    this.#server = server;
  }

  /** It closes a connection that nobody uses for so long, and says so. */
  static async start({ keepAliveMs = 5000 } = {}): Promise<FakeAzure> {
    const server = createServer({ keepAliveTimeout: keepAliveMs }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const fake = new FakeAzure(server);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      request.resume().once("end", () => {
        const { method = "", headers } = request;
        const taken = { method, headers, url: new URL(request.url ?? "", fake.endpoint) };
        fake.requests.push(taken);
        fake.answer(taken, response);
      });
    });
    return fake;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/account`;
  }

  async connections(): Promise<number> {
    return promisify(this.#server.getConnections.bind(this.#server))();
  }

  /** A store at this server, which answers honestly until then. */
  async open(answer: Answer, options = {}): Promise<Store> {
    this.answer = (_, response) => list(response, []);
    const place = { endpoint: this.endpoint, container: "fragments" };
    const store = await openAzureStore(place, { accountName: "account", accountKey }, options);
    this.requests.length = 0;
    this.answer = answer;
    return store;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

export interface FakeItem {
  readonly name: string;
  readonly size?: number | string;
}

/** A page of a list, as the service writes it. */
export function list(response: ServerResponse, items: readonly FakeItem[], marker = ""): void {
  const blobs = items.map(
    ({ name, size = 5 }) =>
      `<Blob><Name>${name}</Name><Properties><Content-Length>${size}</Content-Length>` +
      "<BlobType>BlockBlob</BlobType></Properties></Blob>",
  );
  response.setHeader("content-type", "application/xml");
  response.end(
    '<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="x" ContainerName="fragments">' +
      `<Blobs>${blobs.join("")}</Blobs><NextMarker>${marker}</NextMarker></EnumerationResults>`,
  );
}

/** A refusal, as the service writes it. */
export function refuse(response: ServerResponse, status: number, code?: string): void {
  const head = { "content-type": "application/xml", ...(code !== undefined && { "x-ms-error-code": code }) };
  response.writeHead(status, head);
  response.end(code === undefined ? "" : `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}
