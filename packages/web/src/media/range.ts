/** Positions of bytes: the first that belongs to it, and the first that does not. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

export type Asked = Span | "whole" | "unsatisfiable";

/**
 * What a `Range` header asks of so many bytes (RFC 9110, section 14). Anything but one range of bytes is answered
 * with the whole, as the standard allows.
 */
export function askedOf(header: string | null, sizeBytes: number): Asked {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.replaceAll(" ", "") ?? "");
  if (match === null) return "whole";
  const [, from, to] = match as unknown as [string, string, string];
  if (from === "" && to === "") return "whole";
  if (from === "") {
    const last = Number(to);
    return last === 0 || sizeBytes === 0
      ? "unsatisfiable"
      : { first: Math.max(0, sizeBytes - last), end: sizeBytes };
  }
  const first = Number(from);
  const end = to === "" ? sizeBytes : Math.min(sizeBytes, Number(to) + 1);
  if (to !== "" && Number(to) < first) return "whole";
  return first >= sizeBytes ? "unsatisfiable" : { first, end };
}

/** The next piece of a span, beginning at `position`. */
export function pieceAt(position: number, span: Span, mostBytes: number): Span {
  return { first: position, end: Math.min(span.end, position + mostBytes) };
}
