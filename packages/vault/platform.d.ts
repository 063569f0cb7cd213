// The only globals beyond ECMAScript that this room uses: every platform has them.

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare function setTimeout(then: () => void, delayMs: number): unknown;
declare function clearTimeout(handle: unknown): void;
declare const performance: { now(): number };
