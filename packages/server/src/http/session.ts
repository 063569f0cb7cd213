import { routes, WireError } from "@chirograph/wire";
import type { FastifyInstance } from "fastify";
import { COOKIE, cookieOptions, newCookie } from "../session/cookie.ts";
import type { OwnerToken } from "../session/token.ts";
import { sessionOf } from "./guard.ts";
import { serve } from "./serve.ts";

const ATTEMPTS = { rateLimit: { max: 10, timeWindow: 60_000 } };

export function serveSession(app: FastifyInstance, token: OwnerToken): void {
  serve(
    app,
    routes.beginSession,
    async ({ body, reply }) => {
      if (!token.matches(body.token)) throw new WireError("denied", "This is not the server's token.");
      reply.setCookie(COOKIE, newCookie(Date.now()), cookieOptions);
      return { page: token.page };
    },
    { config: ATTEMPTS },
  );
  serve(app, routes.currentSession, async ({ request }) => ({
    owner: true,
    expires: sessionOf(request, token)!.expires,
  }));
  serve(app, routes.endSession, async ({ reply }) => reply.clearCookie(COOKIE, cookieOptions).send());
}
