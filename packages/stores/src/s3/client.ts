import { Readable } from "node:stream";
import { S3Client } from "@aws-sdk/client-s3";
import { StoreError } from "../error.ts";
import { checkPlace, type S3Credentials, type S3Place } from "./place.ts";

/** More than the longest page of a listing takes. An answer is held in memory, so it may not be longer. */
const LONGEST_ANSWER_BYTES = 8 * 1_048_576;

/** How many requests run at once is decided around a store; 50, else, would be the client's own limit. */
const maxSockets = Infinity;

/** Whoever gets the error says what is to be said. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * A client that asks once and leaves trying again to others. Without credentials it looks where AWS's tools look:
 * the environment, the shared files, the machine's own role.
 * @throws StoreError `invalid`
 */
export async function clientFor(place: S3Place, credentials: S3Credentials | undefined): Promise<S3Client> {
  checkPlace(place);
  const { endpoint, region = endpoint === undefined ? undefined : "us-east-1" } = place;
  const client = new S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(credentials !== undefined && { credentials: { ...credentials } }),
    forcePathStyle: place.pathStyle ?? endpoint !== undefined,
    maxAttempts: 1,
    requestHandler: { httpAgent: { maxSockets }, httpsAgent: { maxSockets } },
    logger: silent,
    // Ceph and others know no trailing checksums; what is read is checked against signed hashes anyway.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  await client.config.region().catch(() => {
    throw new StoreError("invalid", "Say in which region the bucket is.");
  });
  boundAnswers(client);
  return client;
}

/** Nobody makes this process run out of memory by an answer without an end. Objects are not held, and pass. */
function boundAnswers(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => async (parts) => {
      const output = await next(parts);
      const response = output.response as { statusCode?: number; body?: unknown };
      const isObject = context["commandName"] === "GetObjectCommand" && (response.statusCode ?? 0) < 300;
      if (!isObject && response.body instanceof Readable)
        response.body = Readable.from(bounded(response.body));
      return output;
    },
    { step: "deserialize", priority: "low", name: "boundAnswers" },
  );
}

async function* bounded(answer: Readable): AsyncGenerator<Uint8Array> {
  let lengthBytes = 0;
  for await (const piece of answer as AsyncIterable<Uint8Array>) {
    lengthBytes += piece.length;
    if (lengthBytes > LONGEST_ANSWER_BYTES) {
      throw new StoreError("unavailable", "The store's answer is far too long.");
    }
    yield piece;
  }
}

function ignore(): void {
  // Nothing.
}
