import swagger from "@fastify/swagger";
import { problem, type Route } from "@chirograph/wire";
import type { FastifyInstance } from "fastify";
import { z } from "zod";

type JsonSchema = Record<string, unknown>;

/** What `serve` says of a row. */
interface RowSchema {
  readonly body?: z.ZodType;
  readonly params?: z.ZodType;
  readonly response?: Readonly<Record<string, z.ZodType>>;
  readonly consumes?: readonly string[];
  readonly produces?: readonly string[];
  readonly namedHeaders?: Route["headers"];
}

/** Describes the interface from the rows that serve it (OpenAPI 3.1). */
export async function describeInterface(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    exposeHeadRoutes: true,
    openapi: {
      openapi: "3.1.1",
      info: {
        title: "Chirograph",
        version: "1",
        description:
          "A vault's catalogue and stores. Sealing and opening happen in the client: no word, private key or plaintext comes here.",
      },
      components: {
        securitySchemes: {
          cookie: { type: "apiKey", in: "cookie", name: "chirograph" },
          token: { type: "http", scheme: "bearer" },
        },
      },
      security: [{ cookie: [] }, { token: [] }],
    },
    transform: ({ schema, url }) => ({ url, schema: schema === undefined ? schema : describe(schema) }),
  });
}

export function serveDescription(app: FastifyInstance): void {
  app.get("/openapi.json", { schema: { hide: true } }, async (_, reply) =>
    reply.header("cache-control", "no-cache").type("application/json").send(JSON.stringify(app.swagger())),
  );
}

/** Zod's schemas as JSON schemas: what crosses the wire, not what it becomes. */
function describe(schema: object): JsonSchema {
  const { body, params, response, consumes, produces, namedHeaders } = schema as RowSchema;
  const described: JsonSchema = { ...schema };
  delete described["namedHeaders"];
  if (namedHeaders !== undefined) described["headers"] = headersOf(namedHeaders);
  if (body !== undefined) described["body"] = jsonSchema(body);
  if (consumes !== undefined) described["body"] = { type: "string", format: "binary" };
  if (params !== undefined) described["params"] = jsonSchema(params);
  const answers = Object.entries(response ?? {}).map(([status, answer]) => [
    status,
    produces === undefined
      ? answerOf(answer)
      : { description: "The bytes", type: "string", format: "binary" },
  ]);
  described["response"] = {
    ...Object.fromEntries(answers),
    default: {
      description: "A problem (RFC 9457)",
      content: { "application/problem+json": { schema: jsonSchema(problem) } },
    },
  };
  return described;
}

function headersOf(headers: NonNullable<Route["headers"]>): JsonSchema {
  const named = headers.map(({ name, summary }) => [name, { type: "string", description: summary }]);
  const required = headers.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return { type: "object", properties: Object.fromEntries(named), required };
}

function answerOf(answer: z.ZodType): JsonSchema {
  if (answer instanceof z.ZodUndefined) return { description: "Done", type: "null" };
  return { description: "Done", ...jsonSchema(answer) };
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  const described: JsonSchema = z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" });
  delete described["$schema"];
  return described;
}
