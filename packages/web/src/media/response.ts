import type { Asked, Span } from "./range.ts";

export interface Medium {
  readonly sizeBytes: number;
  readonly type: string;
  readonly name: string;
}

/** Nothing that is served here can run, be framed, be guessed at or be kept. */
const guards: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; sandbox",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

export function headersFor(medium: Medium, asked: Asked): Headers {
  const headers = new Headers({
    ...guards,
    "Accept-Ranges": "bytes",
    "Content-Type": harmlessType(medium.type),
    "Content-Disposition": disposition(medium.name),
  });
  if (asked === "unsatisfiable") headers.set("Content-Range", `bytes */${medium.sizeBytes}`);
  if (asked !== "unsatisfiable") headers.set("Content-Length", String(lengthOf(asked, medium)));
  if (typeof asked === "object") {
    headers.set("Content-Range", `bytes ${asked.first}-${asked.end - 1}/${medium.sizeBytes}`);
  }
  return headers;
}

export function notFound(): Response {
  return new Response(null, { status: 404, headers: guards });
}

export function statusFor(asked: Asked): number {
  if (asked === "whole") return 200;
  return asked === "unsatisfiable" ? 416 : 206;
}

export function spanOf(asked: Span | "whole", { sizeBytes }: Medium): Span {
  return asked === "whole" ? { first: 0, end: sizeBytes } : asked;
}

function lengthOf(asked: Span | "whole", medium: Medium): number {
  const { first, end } = spanOf(asked, medium);
  return end - first;
}

/** Only what a player plays keeps its type. */
function harmlessType(type: string): string {
  return /^(?:audio|video)\/[\w.+-]+$/.test(type) ? type : "application/octet-stream";
}

/** RFC 6266: always to be saved; the name in UTF-8, percent-encoded. */
function disposition(name: string): string {
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename*=UTF-8''${encoded}`;
}
