import { WireError } from "../error.ts";
import { errorOf } from "../problems.ts";
import { BASE, PAGE_HEADER, type Route } from "../routes.ts";
import { problem } from "../schemas/problem.ts";
import * as z from "../zod.ts";
import { readAtMost } from "./read-body.ts";

/** Where a server is, and how it is asked. */
export interface Origin {
  readonly url: URL;
  readonly token: string | undefined;
  /** Of a browser's session: goes with its cookie. */
  readonly page: string | undefined;
  readonly fetch: typeof fetch;
}

/** What goes along with a request. */
export interface Ask {
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;
const MOST_ANSWER_BYTES: number = 384 * 1_048_576;
const MOST_PROBLEM_BYTES = 65_536;

/** Asks with JSON, or nothing, and reads the answer strictly. @throws WireError and what a problem tells of */
export async function call<Request, Answer>(
  origin: Origin,
  route: Route<Request, Answer>,
  ask: Omit<Ask, "body"> & { readonly json?: Request } = {},
): Promise<Answer> {
  const { json, ...rest } = ask;
  const response = await send(origin, route, { ...rest, ...(json !== undefined && bodyOf(route, json)) });
  return readAnswer(route, response);
}

/**
 * Asks, and has the answer as it comes; all but a success is thrown.
 * @param expected other statuses that are a success
 */
export async function send(
  origin: Origin,
  route: Route,
  { params = {}, headers = {}, body, signal, timeoutMs = TIMEOUT_MS }: Ask,
  expected: readonly number[] = [],
): Promise<Response> {
  // Until the answer begins; how fast it comes then is its reader's concern.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  let response: Response;
  try {
    response = await origin.fetch(urlOf(origin, route, params), {
      method: route.method,
      headers: { ...headers, ...credentialsOf(origin) },
      ...(body !== undefined && { body }),
      // A cookie is a browser's own; nothing is kept, nothing followed elsewhere.
      credentials: origin.token === undefined ? "same-origin" : "omit",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw new WireError("unreachable", "The server does not answer.", { cause: error });
  } finally {
    clearTimeout(timer);
  }
  if (response.status === route.status || expected.includes(response.status)) return response;
  throw await failureOf(response, route, signal);
}

function credentialsOf({ token, page }: Origin): Readonly<Record<string, string>> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  return page === undefined ? {} : { [PAGE_HEADER]: page };
}

/** Reads a JSON answer, or sees that there is none. */
export async function readAnswer<Answer>(
  { answer }: Pick<Route<never, Answer>, "answer">,
  response: Response,
  signal?: AbortSignal,
): Promise<Answer> {
  if (answer === undefined || answer === "bytes") {
    await response.body?.cancel();
    return undefined as Answer;
  }
  const text = await readText(response, MOST_ANSWER_BYTES, signal);
  const parsed = answer.safeParse(jsonOf(text));
  if (!parsed.success) throw protocol("The server's answer is not what it should be.", parsed.error);
  return parsed.data;
}

function bodyOf<Request>(
  { request }: Route<Request>,
  json: Request,
): { body: string; headers: { "content-type": string } } {
  if (request === undefined || request === "bytes") throw new TypeError("This request has no JSON.");
  const encoded = z.safeEncode(request, json);
  if (!encoded.success) {
    throw new WireError("malformed", "The request is none that a server takes.", { cause: encoded.error });
  }
  return { body: JSON.stringify(encoded.data), headers: { "content-type": "application/json" } };
}

/** The route's address. Ids and names are digits and letters, so nothing needs to be escaped; all else is a defect. */
function urlOf({ url }: Origin, { path }: Route, params: Readonly<Record<string, string>>): URL {
  const filled = path.replaceAll(/:([a-z]+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || !/^[0-9a-z-]+$/.test(value)) throw new TypeError(`No ${name} for ${path}.`);
    return value;
  });
  return new URL(`${BASE}${filled}`, url);
}

/** The error that an answer tells of. */
async function failureOf(response: Response, { method }: Route, signal?: AbortSignal): Promise<Error> {
  const { status } = response;
  if (
    method === "HEAD" ||
    response.headers.get("content-type")?.startsWith("application/problem+json") !== true
  ) {
    await response.body?.cancel();
    return failureOfStatus(status, response.headers);
  }
  const parsed = problem.safeParse(jsonOf(await readText(response, MOST_PROBLEM_BYTES, signal)));
  const error = parsed.success && parsed.data.status === status ? errorOf(parsed.data) : undefined;
  if (error instanceof WireError) {
    return new WireError(error.code, error.message, retryAfter(response.headers));
  }
  return error ?? protocol("The server's problem is not what it should be.", parsed.error);
}

/** Something between client and server answers in its own way, or there is no body to read. */
function failureOfStatus(status: number, headers: Headers): WireError {
  switch (status) {
    case 401:
      return new WireError("denied", "There is no session.");
    case 403:
      return new WireError("forbidden", "The server refuses the request.");
    case 404:
      return new WireError("unknown", "The server has nothing there.");
    case 429:
      return new WireError("too-many", "The server has been asked too often.", retryAfter(headers));
    case 502:
    case 503:
    case 504:
      return new WireError("unavailable", "The server cannot work now.", retryAfter(headers));
    default:
      return protocol(`The server answers with ${status}, which it should not.`);
  }
}

function retryAfter(headers: Headers): { retryAfterMs?: number } {
  const seconds = Number.parseInt(headers.get("retry-after") ?? "", 10);
  return Number.isSafeInteger(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {};
}

async function readText(response: Response, mostBytes: number, signal?: AbortSignal): Promise<string> {
  const bytes = await readAtMost(response, mostBytes, signal);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw protocol("The server's answer is not text.", error);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw protocol("The server's answer is not JSON.", error);
  }
}

export function protocol(message: string, cause?: unknown): WireError {
  return new WireError("protocol", message, { cause });
}
