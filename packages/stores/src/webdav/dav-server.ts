import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as requestHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { CallOptions } from "../store.ts";
import { odd } from "./answer.ts";

/** Below what servers wait for on an idle connection, so that none is used while it is being closed. */
const IDLE_MS = 4000;

const resets = ["ECONNRESET", "EPIPE"];

export interface Question {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** Speaks HTTP to one folder of one server: no redirect is followed, nothing is unpacked, no time-out. */
export class DavServer {
  readonly folder: URL;
  readonly #authorization: string | undefined;
  readonly #agent: HttpAgent;

  constructor(folder: URL, authorization: string | undefined) {
    this.folder = folder;
    this.#authorization = authorization;
    const Agent = folder.protocol === "https:" ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true, maxFreeSockets: 8, timeout: IDLE_MS });
  }

  /** The address of something in the folder. */
  at(path: string): URL {
    return new URL(path, this.folder);
  }

  /**
   * Asks, and hands on the answer whatever its status; whoever takes it reads it to its end or destroys it.
   * @throws StoreError `unavailable`; the signal's reason
   */
  async ask(
    method: string,
    path: string,
    { headers, body }: Question = {},
    options: CallOptions = {},
  ): Promise<IncomingMessage> {
    const lengthHeader = body !== undefined && { "content-length": Buffer.byteLength(body) };
    const all = { ...headers, ...lengthHeader };
    const request = this.begin(method, path, all, options).end(body);
    try {
      return await answerTo(request, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      // The server had closed the idle connection that was taken.
      if (method === "MOVE" || !request.reusedSocket || !resets.includes(codeOf(error) ?? "")) throw error;
      return answerTo(this.begin(method, path, all, options, false).end(body), options);
    }
  }

  /** A request whose body the caller writes. */
  begin(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    { signal }: CallOptions,
    agent: HttpAgent | false = this.#agent,
  ): ClientRequest {
    const send = this.folder.protocol === "https:" ? requestHttps : requestHttp;
    const request = send(this.at(path), {
      method,
      agent,
      headers: {
        ...headers,
        "accept-encoding": "identity",
        "user-agent": "chirograph",
        ...(this.#authorization !== undefined && { authorization: this.#authorization }),
      },
      ...(signal !== undefined && { signal }),
    });
    // Whoever waits for the answer hears it too; a request that is given up may fail unheard.
    request.on("error", () => undefined);
    return request;
  }
}

/** @throws StoreError `unavailable`; the signal's reason */
export function answerTo(request: ClientRequest, { signal }: CallOptions): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const fail = (error: Error): void => reject(failure(error, signal));
  request.once("response", (answer) => {
    // A connection that breaks while nobody reads is told to who reads next.
    answer.on("error", () => undefined);
    resolve(answer);
  });
  request.once("error", fail);
  request.once("close", () => fail(new Error("The connection was closed.")));
  return promise;
}

/** What a connection that fails makes a call reject with. */
export function failure(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  const code = codeOf(error);
  return odd(`cannot be reached, or broke off${code === undefined ? "" : ` (${code})`}`, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  const from = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return from instanceof Error && "code" in from && typeof from.code === "string" ? from.code : undefined;
}
