import { isLoopback, routes, WireError } from "@chirograph/wire";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { COOKIE, expiryOf } from "../session/cookie.ts";
import type { OwnerToken } from "../session/token.ts";

/** Refuses, before anything of a request is read, whoever may not make it. */
export function guard(app: FastifyInstance, token: OwnerToken): void {
  app.addHook("onRequest", async (request) => {
    requireOwnSite(request);
    if (request.routeOptions.config.isOpen !== true && !request.is404) requireSession(request, token);
  });
}

/**
 * A foreign name that leads to this machine is how other sites get at local servers (DNS rebinding).
 * @throws WireError `denied`
 */
export function requireOwnHost({ headers }: FastifyRequest): void {
  const { host } = headers;
  const url = host !== undefined && URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  const isBare = url?.pathname === "/" && url.search === "" && url.hash === "" && url.username === "";
  if (url === undefined || !isBare || !isLoopback(url.hostname))
    throw forbidden("The server does not answer to this host.");
}

/** Until when the session lasts that a request has; of the token itself there is no end. */
export function sessionOf(request: FastifyRequest, token: OwnerToken): { expires: number } | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const given = /^Bearer (\S+)$/.exec(authorization)?.[1];
    return given !== undefined && token.matches(given) ? { expires: Number.MAX_SAFE_INTEGER } : undefined;
  }
  const cookie = request.cookies[COOKIE];
  const signed = cookie === undefined ? undefined : request.unsignCookie(cookie);
  const expires = signed?.valid === true ? expiryOf(signed.value, Date.now()) : undefined;
  // A browser sends the cookie whoever made it ask, and to every port of this machine: any program here may have it.
  const page = request.headers[routes.PAGE_HEADER];
  const isOwn = isFromOwnPage(request) && typeof page === "string" && token.isPage(page);
  return expires !== undefined && isOwn ? { expires } : undefined;
}

function requireSession(request: FastifyRequest, token: OwnerToken): void {
  if (sessionOf(request, token) === undefined) throw new WireError("denied", "There is no session.");
}

/** What a browser says about who asks; a program says nothing, and has the token. */
function requireOwnSite(request: FastifyRequest): void {
  const { origin } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (origin === undefined && site === undefined) return;
  if (!isFromOwnPage(request)) throw forbidden("Only the server's own pages may ask this.");
}

function isFromOwnPage({ headers }: FastifyRequest): boolean {
  const { origin, host } = headers;
  const site = headers["sec-fetch-site"];
  const isOwnOrigin = origin === `http://${host}`;
  if (origin !== undefined && !isOwnOrigin) return false;
  return site === undefined ? isOwnOrigin : site === "same-origin";
}

function forbidden(message: string): WireError {
  return new WireError("forbidden", message);
}
