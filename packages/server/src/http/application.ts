import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import { routes, WireError } from "@chirograph/wire";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { methodsOf } from "./serve.ts";
import { pathOf } from "./problems.ts";

/** Files whose names change with their bytes. */
const ASSETS = "/assets/";
/** Nothing below these is a page. What is below /media/, the browser's own service worker gives. */
const elsewhere = ["/api/", "/media/", ASSETS];

/** The browser application, and what is said where nothing is. */
export async function serveApplication(app: FastifyInstance, folder: string | undefined): Promise<void> {
  if (folder !== undefined) {
    await app.register(fastifyStatic, {
      root: folder,
      dotfiles: "ignore",
      cacheControl: false,
      setHeaders: (reply, path) => void reply.header("cache-control", cachingOf(path, folder)),
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    if (folder !== undefined && wantsPage(request)) return reply.sendFile("index.html");
    return refuse(request, reply);
  });
}

function cachingOf(path: string, folder: string): string {
  return path.startsWith(join(folder, ASSETS)) ? "public, max-age=31536000, immutable" : "no-cache";
}

/** A page of the application, by its own address: the application itself finds out which. */
function wantsPage(request: FastifyRequest): boolean {
  const path = pathOf(request);
  const isElsewhere = path === "/api" || elsewhere.some((folder) => path.startsWith(folder));
  return request.method === "GET" && !isElsewhere && (request.headers.accept ?? "").includes("text/html");
}

function refuse(request: FastifyRequest, reply: FastifyReply): never {
  const path = pathOf(request);
  const methods = path.startsWith(`${routes.BASE}/`) ? methodsOf(path.slice(routes.BASE.length)) : [];
  if (methods.length === 0) throw new WireError("unknown", "There is nothing at this address.");
  reply.header("allow", methods.join(", "));
  throw new WireError("not-allowed", "This address does not take this method.");
}
