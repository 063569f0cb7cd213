import { Readable } from "node:stream";
import { type ByteRange, StoreError } from "@chirograph/stores";
import { routes, WireError } from "@chirograph/wire";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type ObjectTarget, requireReserved } from "../vault/reserved.ts";
import type { ServedVault } from "../vault/served-vault.ts";
import { serve } from "./serve.ts";

export function serveObjects(app: FastifyInstance, vault: ServedVault): void {
  serve(app, routes.putObject, async ({ params, request }) => {
    const target = targetOf(params);
    const sizeBytes = partLength(request);
    await vault.lookAgain();
    const store = vault.store(target.store);
    await requireReserved(vault.keeping, target);
    await store.put(target.object, { sizeBytes, bytes: request.raw });
    return undefined as never;
  });

  serve(app, routes.headObject, async ({ params, reply }) => {
    const sizeBytes = await sizeOf(vault, targetOf(params));
    return reply.header("accept-ranges", "bytes").header("content-length", sizeBytes).send();
  });

  serve(app, routes.getObject, async ({ params, request, reply }) => {
    const target = targetOf(params);
    const sizeBytes = await sizeOf(vault, target);
    const range = rangeOf(request.headers.range, sizeBytes);
    const { offset, lengthBytes } = range ?? { offset: 0, lengthBytes: sizeBytes };
    const last = offset + lengthBytes - 1;
    if (range !== undefined) reply.code(206).header("content-range", `bytes ${offset}-${last}/${sizeBytes}`);
    return reply
      .header("accept-ranges", "bytes")
      .header("content-length", lengthBytes)
      .type("application/octet-stream")
      .send(Readable.from(vault.store(target.store).get(target.object, range), { objectMode: false }));
  });
}

export function targetOf(params: Readonly<Record<string, string>>): ObjectTarget {
  return { store: params["store"]!, object: params["object"]! };
}

/**
 * The announced length of a body of bytes.
 * @throws WireError `malformed`, `too-large`
 */
export function partLength({ headers }: FastifyRequest): number {
  const announced = headers["content-length"] ?? "";
  if (!/^\d{1,15}$/.test(announced)) throw new WireError("malformed", "A body needs its Content-Length.");
  const lengthBytes = Number(announced);
  if (lengthBytes <= routes.PART_BYTES) return lengthBytes;
  throw new WireError(
    "too-large",
    `A body has at most ${routes.PART_BYTES} bytes; larger objects come in parts.`,
  );
}

async function sizeOf(vault: ServedVault, { store, object }: ObjectTarget): Promise<number> {
  await vault.lookAgain();
  const head = await vault.store(store).head(object);
  if (head === null) throw new StoreError("not-found", "There is no object of this name.");
  return head.sizeBytes;
}

/** One range, first and last byte said; every other is refused, as is one that does not lie inside. */
function rangeOf(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const [, first = "", last = ""] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  const [offset, end] = [Number(first), Number(last) + 1];
  if (first !== "" && offset < end && end <= sizeBytes) return { offset, lengthBytes: end - offset };
  throw new StoreError("out-of-range", "The range is none of this object.");
}
