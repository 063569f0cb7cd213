import { LONGEST_WORD, SHORTEST_WORD } from "@chirograph/core";
import type {
  CommitRequest,
  CommitResult,
  Found,
  Page,
  PageRequest,
  Place,
  Reservation,
  ReserveRequest,
  Wanted,
} from "@chirograph/vault";
import * as z from "../zod.ts";
import { bytes, bytesOrNull, count, hash, id, idOrNull, time } from "./values.ts";

const MOST = 1024;
const MOST_HEADS = 64;
const LARGEST_PAGE = 1000;

const place: z.ZodType<Place> = z.strictObject({
  store: id,
  object: id,
  offset: count,
  lengthBytes: count,
});
const places = z.array(place.nullable()).max(LONGEST_WORD);

export const reserveRequest: z.ZodType<ReserveRequest> = z.strictObject({
  fragments: z.int().min(SHORTEST_WORD).max(LONGEST_WORD),
  versions: z.int().min(1).max(MOST),
  layout: z.enum(["packed", "alone"]),
});

export const reservation: z.ZodType<Reservation> = z.strictObject({
  id,
  expires: time,
  tolerate: count,
  targets: z.array(z.array(z.strictObject({ store: id, object: id })).max(LONGEST_WORD)).max(MOST),
});

export const commitRequest: z.ZodType<CommitRequest> = z.strictObject({
  reservations: z.array(id).max(MOST),
  links: z.array(bytes).min(1).max(MOST),
  versions: z.array(z.strictObject({ envelope: bytes, places })).max(MOST),
});

export const commitResult: z.ZodType<CommitResult> = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("committed"), stored: z.array(id), owed: z.array(id) }),
  z.strictObject({ state: z.literal("conflict"), charts: z.array(id).max(MOST) }),
]);

export const wanted: z.ZodType<Wanted> = z.strictObject({
  charts: z
    .array(z.strictObject({ chart: id, heads: z.array(hash).max(MOST_HEADS).exactOptional() }))
    .max(MOST)
    .exactOptional(),
  records: z.array(id).max(MOST).exactOptional(),
  versions: z.array(id).max(MOST).exactOptional(),
});

export const found: z.ZodType<Found> = z.strictObject({
  charts: z
    .array(z.strictObject({ chart: id, heads: z.array(hash).max(MOST_HEADS), document: bytesOrNull }))
    .max(MOST),
  records: z.array(z.strictObject({ record: id, chart: id })).max(MOST),
  versions: z
    .array(z.strictObject({ version: id, record: id, chart: id, envelope: bytesOrNull, places }))
    .max(MOST),
});

export const pageRequest: z.ZodType<PageRequest> = z.strictObject({
  of: z.enum(["charts", "versions"]),
  chart: id.exactOptional(),
  after: id.exactOptional(),
  limit: z.int().min(1).max(LARGEST_PAGE),
});

export const page: z.ZodType<Page> = z.strictObject({
  rows: z.array(z.strictObject({ id, chart: id, record: idOrNull, erased: z.boolean() })).max(LARGEST_PAGE),
});
