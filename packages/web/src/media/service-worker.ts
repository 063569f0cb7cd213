// Gives the files of opened records to what reads addresses only: players, and downloads. It keeps nothing.
import { MEDIA_PATH, type MediaAnswer, type MediaQuestion, type PieceAnswer } from "./messages.ts";
import { askedOf, pieceAt, type Span } from "./range.ts";
import { headersFor, type Medium, notFound, spanOf, statusFor } from "./response.ts";

/** The part of a service worker's world that is used here; the page's types do not know it. */
interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
  waitUntil(done: Promise<unknown>): void;
}
interface Scope extends EventTarget {
  readonly location: Location;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: true }): Promise<readonly Page[]>;
  };
  skipWaiting(): Promise<void>;
}
interface Page {
  postMessage(message: MediaQuestion, transfer: [MessagePort]): void;
}

const PIECE_BYTES = 1 << 20;
/** Pages may be busy; pages that are frozen never answer. */
const ANSWER_MS = 10_000;

const scope = self as unknown as Scope;

scope.addEventListener("install", (event) => {
  (event as FetchEvent).waitUntil(scope.skipWaiting());
});
scope.addEventListener("activate", (event) => {
  (event as FetchEvent).waitUntil(scope.clients.claim());
});
// A ping: that it was heard is all.
scope.addEventListener("message", () => {});
scope.addEventListener("fetch", (event) => {
  const { request } = event as FetchEvent;
  const { origin, pathname } = new URL(request.url);
  if (origin !== scope.location.origin || !pathname.startsWith(MEDIA_PATH)) return;
  (event as FetchEvent).respondWith(answer(request, pathname.slice(MEDIA_PATH.length)));
});

async function answer(request: Request, token: string): Promise<Response> {
  if (request.method !== "GET" || !/^[0-9a-f]{32}$/.test(token)) return notFound();
  const found = await findMedium(token);
  if (found === undefined) return notFound();
  const { medium, port } = found;
  const asked = askedOf(request.headers.get("Range"), medium.sizeBytes);
  const body = asked === "unsatisfiable" ? closed(port) : stream(port, spanOf(asked, medium));
  return new Response(body, { status: statusFor(asked), headers: headersFor(medium, asked) });
}

interface Found {
  readonly medium: Medium;
  readonly port: MessagePort;
}

/** Asks every page of the application; the first that knows the token. */
async function findMedium(token: string): Promise<Found | undefined> {
  const pages = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const questions = pages.map(async (page) => askPage(page, token));
  return Promise.any(questions).catch(() => undefined);
}

async function askPage(page: Page, token: string): Promise<Found> {
  const { port1: port, port2: theirs } = new MessageChannel();
  page.postMessage({ kind: "media-question", token }, [theirs]);
  const reply = await next<MediaAnswer>(port, ANSWER_MS);
  if (reply?.kind === "known") return { medium: reply, port };
  port.close();
  throw new Error("not this page's");
}

/** Asks for a piece when there is room for one, so that a reader who waits makes the page wait. */
function stream(port: MessagePort, span: Span): ReadableStream<Uint8Array> {
  let position = span.first;
  const end = (): void => {
    port.postMessage({ kind: "enough" });
    port.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (position >= span.end) {
          end();
          controller.close();
          return;
        }
        const piece = pieceAt(position, span, PIECE_BYTES);
        port.postMessage({ kind: "piece", ...piece });
        const reply = await next<PieceAnswer>(port);
        if (reply?.kind !== "bytes" || reply.bytes.length !== piece.end - piece.first) {
          end();
          controller.error(new Error("the record is closed"));
          return;
        }
        position = piece.end;
        controller.enqueue(reply.bytes);
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  );
}

function closed(port: MessagePort): null {
  port.postMessage({ kind: "enough" });
  port.close();
  return null;
}

async function next<Message>(port: MessagePort, mostMs?: number): Promise<Message | undefined> {
  return new Promise((resolve) => {
    const hear = (event: MessageEvent<Message>): void => resolve(event.data);
    port.addEventListener("message", hear, { once: true });
    port.start();
    if (mostMs !== undefined) setTimeout(() => resolve(undefined), mostMs);
  });
}
