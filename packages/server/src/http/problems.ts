import { type Problem, problemOf, WireError } from "@chirograph/wire";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Log } from "../log.ts";

/** Answers every error with a problem (RFC 9457). Of a defect nothing is told but that it is one. */
export function answerProblems(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const known = fromFramework(error) ?? error;
    const problem = problemOf(known);
    if (problem.code === "defect") log.failure(`${request.method} ${pathOf(request)}`, error);
    return sendProblem(reply, problem);
  });
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .header("cache-control", "no-store")
    .type("application/problem+json")
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem);
}

/** Without a query: nothing of the interface has one. */
export function pathOf({ url }: Pick<FastifyRequest, "url">): string {
  return url.split("?", 1)[0]!;
}

/** What Fastify and its plugins found, in the interface's own words. */
function fromFramework(error: FastifyError | Error): WireError | undefined {
  const status = "statusCode" in error ? error.statusCode : undefined;
  if (status === 413) return new WireError("too-large", "The request is larger than the server takes.");
  if (status === 429) return new WireError("too-many", "Too many attempts: wait a minute.");
  if ("validation" in error && error.validation !== undefined) {
    const places = error.validation
      .slice(0, 3)
      .map(({ instancePath, message }) => `${instancePath} ${message}`);
    return new WireError("malformed", `The request is not what it should be: ${places.join("; ")}.`);
  }
  if (status === 403 || status === 404) return new WireError("unknown", "There is nothing at this address.");
  if (status === 400 || status === 415) return new WireError("malformed", "The request cannot be read.");
  return undefined;
}
