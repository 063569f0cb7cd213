// The only globals beyond ECMAScript that this room uses: every platform has them.

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
}
