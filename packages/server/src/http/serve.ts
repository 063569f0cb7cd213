import { type Route, routes } from "@chirograph/wire";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from "fastify";
import { z } from "zod";

/** What a handler is given: the request, checked. */
export interface Asked<Body> {
  readonly params: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

declare module "fastify" {
  interface FastifySchema {
    /** For the description; a handler checks them itself. */
    namedHeaders?: Route["headers"];
  }
  interface FastifyContextConfig {
    /** Whoever has no session may ask, too. */
    isOpen?: boolean;
  }
}

const id = z.string().regex(/^[0-9a-f]{32}$/);
const MOST_BODY_BYTES: number = 8 * 1_048_576;

/**
 * One row of the interface, with what answers it. JSON is checked against the row's schemas, both ways; bytes are for
 * the handler to take from the request, or to send by the reply.
 */
export function serve<Request, Answer>(
  app: FastifyInstance,
  route: Route<Request, Answer>,
  handler: (asked: Asked<Request>) => Promise<Answer | FastifyReply>,
  options: Pick<RouteShorthandOptions, "bodyLimit" | "config"> = {},
): void {
  const { method, path, request, answer, status, isOpen = false, summary, headers } = route;
  const names = Array.from(path.matchAll(/:([a-z]+)/g), ([, name]) => name!);
  app.route({
    method,
    url: path,
    bodyLimit: request === "bytes" ? routes.PART_BYTES : MOST_BODY_BYTES,
    ...options,
    config: { ...options.config, isOpen },
    schema: {
      summary,
      ...(isOpen && { security: [] }),
      ...(headers && { namedHeaders: headers }),
      ...(names.length > 0 && {
        params: z.strictObject(Object.fromEntries(names.map((name) => [name, id]))),
      }),
      ...(request === "bytes" ? { consumes: ["application/octet-stream"] } : request && { body: request }),
      ...(answer === "bytes" && { produces: ["application/octet-stream"] }),
      response: { [status]: answer === undefined || answer === "bytes" ? z.undefined() : answer },
    },
    handler: async (asked, reply) => {
      const params = asked.params as Readonly<Record<string, string>>;
      reply.code(status);
      const result = await handler({ params, body: asked.body as Request, request: asked, reply });
      return reply.sent || result === reply ? reply : reply.send(result);
    },
  });
}

/** The methods that the interface has for a path below its base. */
export function methodsOf(path: string): string[] {
  const table = Object.values(routes).filter((row) => typeof row === "object");
  const fitting = table.filter((row) =>
    new RegExp(`^${row.path.replaceAll(/:[a-z]+/g, "[^/]+")}$`).test(path),
  );
  return [...new Set(fitting.map(({ method }) => method))];
}
