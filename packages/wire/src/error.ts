/** What went wrong between a client and a server, in a form that programs compare. */
export type WireErrorCode =
  /** No answer came: the server is not there, or the line was cut. */
  | "unreachable"
  /** The server answers that it cannot work now: worth another try. */
  | "unavailable"
  /** There is no session. */
  | "denied"
  /** The request came from a place that may not make it. */
  | "forbidden"
  /** No such thing at this server: a route, a job, an object's name that was not reserved. */
  | "unknown"
  /** The server does not take the request as it is. */
  | "malformed"
  /** The server does not take this method there. */
  | "not-allowed"
  /** A part does not go on where the upload is. */
  | "wrong-offset"
  /** Somebody else is just at it. */
  | "busy"
  | "too-large"
  | "too-many"
  /** The server has a defect. */
  | "defect"
  /** The answer is none that a server of Chirograph gives. */
  | "protocol"
  /** The address of the server is none that a client may use. */
  | "bad-origin";

/** The error of this room; those of core, vault and stores pass through as if they had happened beside the caller. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly code: WireErrorCode;
  /** Milliseconds after which the server wants to be asked again. */
  readonly retryAfterMs: number | undefined;

  constructor(code: WireErrorCode, message: string, options?: ErrorOptions & { retryAfterMs?: number }) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs;
  }
}
