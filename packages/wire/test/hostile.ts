// A server that answers as a test wants it to, in place of the network.
import { type Connection, connect, type ConnectOptions } from "../src/index.ts";

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly init: RequestInit;
  readonly body: Uint8Array | string | undefined;
}

type Answer = Response | Error | Promise<Response>;

/** A connection to a server that answers with `answer`, and what it heard. */
export function against(
  answer: (heard: Heard, index: number) => Answer,
  options: Partial<ConnectOptions> = {},
): { connection: Connection; heard: Heard[] } {
  const heard: Heard[] = [];
  const answerOne = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    init.signal?.throwIfAborted();
    const one: Heard = {
      method: init.method ?? "GET",
      path: new URL(input as URL).pathname,
      headers: new Headers(init.headers),
      init,
      body: init.body as Uint8Array | string | undefined,
    };
    heard.push(one);
    const given = answer(one, heard.length - 1);
    if (given instanceof Error) throw given;
    return given;
  };
  const connection = connect({ origin: "http://localhost:8420", fetch: answerOne, ...options });
  return { connection, heard };
}

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });
}

export function problemAnswer(told: {
  status: number;
  code: string;
  source: string;
  detail?: string;
}): Response {
  const body = { type: "about:blank", title: "T", detail: "D.", stores: [], ...told };
  return new Response(JSON.stringify(body), {
    status: told.status,
    headers: { "content-type": "application/problem+json", "retry-after": "0" },
  });
}

export const offline = new TypeError("fetch failed");
