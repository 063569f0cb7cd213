import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { ServerFailure } from "./failure.ts";

const MOST_PORTS = 64;
const LAST_PORT = 65_535;

export interface Listening {
  readonly port: number;
  /** Takes no more requests, and waits for those that are under way. */
  close(): Promise<void>;
}

/**
 * Listens on this machine's own addresses, both of them: the name localhost means either, and where one is left free
 * somebody else could take it and be asked for the token.
 * @param port the first that is tried; 0: any
 * @throws ServerFailure
 */
export async function listenLocally(app: FastifyInstance, port: number): Promise<Listening> {
  const second = secondServer(app);
  for (let tries = 0; tries < MOST_PORTS; tries++) {
    const wanted = port === 0 ? 0 : port + tries;
    if (wanted > LAST_PORT) break;
    if (await isTaken(() => listen(second, "::1", wanted))) continue;
    const taken = (second.address() as AddressInfo | null)?.port ?? wanted;
    if (!(await isTaken(() => app.listen({ host: "127.0.0.1", port: taken })))) {
      return {
        port: (app.server.address() as AddressInfo).port,
        close: () => closeBoth(app, second),
      };
    }
    await close(second);
  }
  throw new ServerFailure(`No port from ${port} on is free: name another one with --port.`);
}

/** A connection whose last answer is just on its way is idle a moment later, and would stay for a minute. */
async function closeBoth(app: FastifyInstance, second: Server): Promise<void> {
  const closingIdle = setInterval(() => {
    for (const server of [app.server, second]) server.closeIdleConnections();
  }, 50);
  await Promise.all([close(second), app.close()]);
  clearInterval(closingIdle);
}

/** Answers as the first one does. */
function secondServer(app: FastifyInstance): Server {
  const server = createServer((request, response) => app.routing(request, response));
  server.requestTimeout = app.server.requestTimeout;
  return server;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ host, port }, () => {
    server.off("error", reject);
    resolve();
  });
  return promise.catch((error: unknown) => {
    // A machine without IPv6 has only the other address.
    if (!["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(codeOf(error))) throw error;
  });
}

function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  return promise;
}

async function isTaken(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt();
    return false;
  } catch (error) {
    if (["EADDRINUSE", "EACCES"].includes(codeOf(error))) return true;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
