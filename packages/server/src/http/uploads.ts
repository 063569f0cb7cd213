import { routes, WireError } from "@chirograph/wire";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Uploads } from "../uploads/uploads.ts";
import type { ServedVault } from "../vault/served-vault.ts";
import { partLength, targetOf } from "./objects.ts";
import { serve } from "./serve.ts";

export function serveUploads(app: FastifyInstance, vault: ServedVault, uploads: Uploads): void {
  serve(app, routes.beginUpload, async ({ params, body }) => {
    await vault.lookAgain();
    return uploads.begin(targetOf(params), body.sizeBytes);
  });
  serve(app, routes.sendPart, async ({ params, request }) => {
    const part = { offset: offsetOf(request), lengthBytes: partLength(request), bytes: request.raw };
    await vault.lookAgain();
    return uploads.append(targetOf(params), part);
  });
  serve(app, routes.dropUpload, async ({ params }) => {
    await uploads.drop(targetOf(params));
    return undefined as never;
  });
}

function offsetOf({ headers }: FastifyRequest): number {
  const header = headers[routes.OFFSET_HEADER];
  if (typeof header === "string" && /^\d{1,15}$/.test(header)) return Number(header);
  throw new WireError("malformed", "A part needs its Upload-Offset.");
}
