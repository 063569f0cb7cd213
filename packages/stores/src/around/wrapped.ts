import type { ByteRange, CallOptions, ListRequest, ObjectBody, ObjectHead, Store } from "../store.ts";

/** The five things that can be asked of a store. */
export type RequestKind = "put" | "get" | "head" | "list" | "delete";

/** What happens around every request to a store. */
export interface Around {
  /** Around a request that ends with its answer. */
  answer<T>(kind: RequestKind, options: CallOptions | undefined, ask: Ask<Promise<T>>): Promise<T>;
  /** Around a `get`, from its first piece asked for until its iteration ends or is broken off. */
  pieces(
    options: CallOptions | undefined,
    ask: Ask<AsyncIterable<Uint8Array>>,
    range: ByteRange | undefined,
  ): AsyncIterable<Uint8Array>;
  /** Around a put, where that needs to see the body. */
  put?(body: ObjectBody, options: CallOptions | undefined, ask: AskPut): Promise<void>;
}

export type Ask<Answer> = (options: CallOptions | undefined) => Answer;
export type AskPut = (body: ObjectBody, options: CallOptions | undefined) => Promise<void>;

/** The same store with something around each request. */
export function wrapped(store: Store, around: Around): Store {
  return {
    get promises() {
      return store.promises;
    },
    async put(name: string, body: ObjectBody, options?: CallOptions): Promise<void> {
      if (around.put === undefined) {
        return around.answer("put", options, (inner) => store.put(name, body, inner));
      }
      return around.put(body, options, (shown, inner) => store.put(name, shown, inner));
    },
    get(name: string, range?: ByteRange, options?: CallOptions): AsyncIterable<Uint8Array> {
      return around.pieces(options, (inner) => store.get(name, range, inner), range);
    },
    async head(name: string, options?: CallOptions): Promise<ObjectHead | null> {
      return around.answer("head", options, (inner) => store.head(name, inner));
    },
    async list(request: ListRequest, options?: CallOptions): Promise<ObjectHead[]> {
      return around.answer("list", options, (inner) => store.list(request, inner));
    },
    async delete(name: string, options?: CallOptions): Promise<void> {
      return around.answer("delete", options, (inner) => store.delete(name, inner));
    },
  };
}
