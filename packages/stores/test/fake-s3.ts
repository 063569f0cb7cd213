// A server that says what a test wants it to say, for lies that real ones do not tell.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openS3Store, type S3Options, type S3Store } from "../src/s3/s3-store.ts";

export const SECRET = "the-secret-key-of-nobody";
export const ACCESS_KEY = "ACCESSKEYOFNOBODY";

type Method = "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
export const every: readonly Method[] = ["GET", "HEAD", "PUT", "POST", "DELETE"];

export interface Asked {
  /** Such as "GET /bucket/name". */
  readonly what: string;
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

/** Answers a request instead of the server. */
export type Quirk = (asked: Asked, response: ServerResponse) => void;

/** Keeps objects in memory as S3 does, apart from the quirk. */
export class FakeS3 {
  endpoint = "";
  readonly asked: string[] = [];
  readonly objects = new Map<string, { body: Buffer; mark: string }>();
  /** Parts of uploads under way, by their ids. */
  readonly uploads = new Map<string, Buffer>();
  /** What it makes of `If-None-Match: *`. */
  condition: "kept" | "ignored" | "ignored for parts" | "looked at before" | "refused" | "slowed down" =
    "kept";
  #ids = 0;
  readonly #quirks = new Map<string, Quirk>();
  readonly #server: Server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  static async start(): Promise<FakeS3> {
    const fake = new FakeS3();
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    fake.endpoint = `http://127.0.0.1:${(fake.#server.address() as AddressInfo).port}`;
    return fake;
  }

  /** By default nothing has to be found out: the server is taken to arbitrate. */
  open(options: S3Options = { arbitration: { put: "atomic", complete: "atomic" } }): Promise<S3Store> {
    const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET };
    return openS3Store({ bucket: "bucket", endpoint: this.endpoint }, credentials, options);
  }

  /** From now on, these methods are answered so and no others otherwise than honestly. */
  answer(methods: readonly Method[], quirk: Quirk): void {
    this.#quirks.clear();
    for (const method of methods) this.#quirks.set(method, quirk);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url!, "http://fake");
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const asked = { what: `${request.method} ${pathname}`, request, query, body: Buffer.concat(pieces) };
    this.asked.push(asked.what);
    const quirk = this.#quirks.get(request.method!);
    if (quirk === undefined) await this.#answerHonestly(asked, response, pathname);
    else quirk(asked, response);
  }

  async #answerHonestly(asked: Asked, response: ServerResponse, path: string): Promise<void> {
    const { request, query } = asked;
    const there = this.objects.get(path);
    if (query.has("uploads") || query.has("uploadId")) return this.#answerInParts(asked, response, path);
    if (request.method === "PUT") return this.#write(asked, response, path, asked.body);
    if (request.method === "DELETE") {
      this.objects.delete(path);
      response.statusCode = 204;
    } else if (!/^\/bucket\/?$/.test(path)) {
      if (there === undefined) return refuse(response, 404, "NoSuchKey");
      response.setHeader("x-amz-meta-put", there.mark).setHeader("content-length", there.body.length);
      if (request.method === "GET") response.write(there.body);
    }
    response.end();
  }

  async #answerInParts(asked: Asked, response: ServerResponse, path: string): Promise<void> {
    const { request, query, body } = asked;
    const id = query.get("uploadId") ?? `${this.#ids++}`;
    if (query.has("uploads")) {
      response.end(
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    } else if (request.method === "PUT") {
      this.uploads.set(id, Buffer.concat([this.uploads.get(id) ?? Buffer.alloc(0), body]));
      response.setHeader("etag", `"${id}"`).end();
    } else {
      const parts = this.uploads.get(id);
      this.uploads.delete(id);
      if (request.method === "POST")
        return this.#write(asked, response, path, parts!, "<CompleteMultipartUploadResult/>");
      response.writeHead(204).end();
    }
  }

  async #write(
    { request, query }: Asked,
    response: ServerResponse,
    path: string,
    body: Buffer,
    answer = "",
  ): Promise<void> {
    const isConditional = request.headers["if-none-match"] === "*";
    if (isConditional && this.condition === "refused") return refuse(response, 501, "NotImplemented");
    const isSlowed = this.condition === "slowed down" && this.objects.has(path);
    if (isConditional && isSlowed) return refuse(response, 429, "TooManyRequests");
    const isKept =
      this.condition !== "ignored" && !(this.condition === "ignored for parts" && query.has("uploadId"));
    if (isConditional && isKept && this.objects.has(path)) return refuse(response, 412, "PreconditionFailed");
    if (this.condition === "looked at before") await new Promise((resolve) => setTimeout(resolve, 5));
    this.objects.set(path, { body, mark: request.headers["x-amz-meta-put"]?.toString() ?? "" });
    response.end(answer);
  }
}

export function refuse(response: ServerResponse, status: number, word: string, more = ""): void {
  response.statusCode = status;
  response.end(`<?xml version="1.0"?><Error><Code>${word}</Code><Message>m</Message>${more}</Error>`);
}

/** A page of a listing; entries are keys, or keys and what stands for a size. */
export function listing(keys: readonly (string | [string, string])[], more = ""): string {
  const entries = keys.map((key) => {
    const [name, size] = typeof key === "string" ? [key, "1"] : key;
    return `<Contents><Key>${name}</Key>${size === "" ? "" : `<Size>${size}</Size>`}</Contents>`;
  });
  const rest = more === "" ? "<IsTruncated>false</IsTruncated>" : more;
  return `<?xml version="1.0"?><ListBucketResult>${rest}${entries.join("")}</ListBucketResult>`;
}
