import {
  isMediaQuestion,
  MEDIA_PATH,
  type MediaAnswer,
  type MediaPing,
  type PieceAnswer,
  type PieceQuestion,
} from "./messages.ts";
import type { Span } from "./range.ts";

/** A file of an opened record, as the worker gives it. */
export interface MediaSource {
  readonly name: string;
  /** Media type, told by its bytes; players get it, everything else is served as bytes. */
  readonly type: string;
  readonly sizeBytes: number;
  readonly read: (range: Span) => Promise<Uint8Array<ArrayBuffer>>;
}

const WORKER = "/service-worker.js";
const TAKE_OVER_MS = 2000;
/** A browser ends a service worker that hears nothing for half a minute. */
const PING_MS = 10_000;
/** A film that stands still for longer is asked for again when it goes on. */
const AWAKE_MS = 300_000;

const sources = new Map<string, MediaSource>();
let awakeUntil = 0;
let pinging: ReturnType<typeof setInterval> | undefined;

let registration: Promise<boolean> | undefined;

/** Whether addresses work: not without a service worker, nor when the page was loaded past it. Begins once. */
export async function registerMedia(): Promise<boolean> {
  registration ??= register();
  return registration;
}

async function register(): Promise<boolean> {
  if (!("serviceWorker" in navigator)) return false;
  navigator.serviceWorker.addEventListener("message", answerQuestion);
  navigator.serviceWorker.startMessages();
  try {
    await navigator.serviceWorker.register(WORKER);
    await navigator.serviceWorker.ready;
  } catch {
    return false;
  }
  return isControlled() || takenOver();
}

function isControlled(): boolean {
  return navigator.serviceWorker.controller !== null;
}

/** A worker that has just begun takes this page over a moment later. */
async function takenOver(): Promise<boolean> {
  return new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", () => resolve(true), { once: true });
    setTimeout(() => resolve(isControlled()), TAKE_OVER_MS);
  });
}

/** An address that works in this browser, until it is revoked or the page is gone. It says nothing about the file. */
export function mediaUrl(source: MediaSource): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const token = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  sources.set(token, source);
  return `${MEDIA_PATH}${token}`;
}

export function revoke(url: string): void {
  sources.delete(url.slice(MEDIA_PATH.length));
}

function answerQuestion(event: MessageEvent<unknown>): void {
  const [port] = event.ports;
  if (!isMediaQuestion(event.data) || port === undefined) return;
  const source = sources.get(event.data.token);
  const answer: MediaAnswer =
    source === undefined
      ? { kind: "unknown" }
      : { kind: "known", sizeBytes: source.sizeBytes, type: source.type, name: source.name };
  port.postMessage(answer);
  if (source !== undefined) serve(port, event.data.token);
}

function serve(port: MessagePort, token: string): void {
  keepAwake();
  const hear = async ({ data }: MessageEvent<PieceQuestion>): Promise<void> => {
    if (data.kind === "enough") {
      port.close();
      return;
    }
    keepAwake();
    const answer = await pieceOf(sources.get(token), data);
    port.postMessage(answer, answer.kind === "bytes" ? [answer.bytes.buffer] : []);
  };
  port.addEventListener("message", (event: MessageEvent<PieceQuestion>) => void hear(event));
  port.start();
}

async function pieceOf(source: MediaSource | undefined, { first, end }: Span): Promise<PieceAnswer> {
  if (source === undefined) return { kind: "gone" };
  try {
    return { kind: "bytes", bytes: await source.read({ first, end }) };
  } catch {
    return { kind: "gone" };
  }
}

function keepAwake(): void {
  awakeUntil = Date.now() + AWAKE_MS;
  pinging ??= setInterval(ping, PING_MS);
}

function ping(): void {
  const message: MediaPing = { kind: "media-ping" };
  navigator.serviceWorker.controller?.postMessage(message);
  if (Date.now() < awakeUntil) return;
  clearInterval(pinging);
  pinging = undefined;
}
