import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import { routes } from "@chirograph/wire";
import { fastify, type FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Jobs } from "../jobs/jobs.ts";
import type { Log } from "../log.ts";
import type { OwnerToken } from "../session/token.ts";
import type { Uploads } from "../uploads/uploads.ts";
import type { ServedVault } from "../vault/served-vault.ts";
import { serveApplication } from "./application.ts";
import { serveCatalogue } from "./catalogue.ts";
import { guard, requireOwnHost } from "./guard.ts";
import { serveJobs } from "./jobs.ts";
import { serveObjects } from "./objects.ts";
import { describeInterface, serveDescription } from "./openapi.ts";
import { answerProblems, pathOf } from "./problems.ts";
import { secureHeaders } from "./security.ts";
import { serveSession } from "./session.ts";
import { serveUploads } from "./uploads.ts";
import { serveVault } from "./vault.ts";

/** What is behind the interface. */
export interface Served {
  readonly vault: ServedVault;
  readonly uploads: Uploads;
  readonly jobs: Jobs;
  readonly token: OwnerToken;
  /** The built browser application; without it only the interface is there. */
  readonly application: string | undefined;
  readonly log: Log;
}

const REQUEST_TIMEOUT_MS = 600_000;

/** The interface (docs/http.md) and the browser application, not listening yet. */
export async function createServer(served: Served): Promise<FastifyInstance> {
  const { vault, uploads, jobs, token, application, log } = served;
  const app = fastify({ requestTimeout: REQUEST_TIMEOUT_MS, exposeHeadRoutes: false });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerProblems(app, log);
  logRequests(app, log);

  await secureHeaders(app);
  app.addHook("onRequest", async (request) => requireOwnHost(request));
  await app.register(cookie, { secret: token.cookieKey });
  await describeInterface(app);
  await app.register(
    async (api) => {
      api.addHook("onRequest", async (_, reply) => void reply.header("cache-control", "no-store"));
      guard(api, token);
      await api.register(rateLimit, { global: false });
      // Bytes are for the handler, as they come.
      api.addContentTypeParser("application/octet-stream", (_, __, done) => done(null));

      serveSession(api, token);
      serveVault(api, vault);
      serveCatalogue(api, vault, jobs);
      serveObjects(api, vault);
      serveUploads(api, vault, uploads);
      serveJobs(api, jobs);
    },
    { prefix: routes.BASE },
  );
  serveDescription(app);
  await serveApplication(app, application);
  await app.ready();
  return app;
}

function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook("onResponse", async (request, reply) => {
    log.request(
      `${request.method} ${pathOf(request)} ${reply.statusCode} ${Math.round(reply.elapsedTime)} ms`,
    );
  });
}
