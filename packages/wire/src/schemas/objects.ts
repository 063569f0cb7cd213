import * as z from "../zod.ts";
import { count } from "./values.ts";

export interface BeginUpload {
  readonly sizeBytes: number;
}

/** How far an object is that comes in parts. */
export interface UploadState {
  /** Bytes that are durable. */
  readonly offset: number;
  readonly sizeBytes: number;
  /** The object is in its store. */
  readonly complete: boolean;
}

export const beginUpload: z.ZodType<BeginUpload> = z.strictObject({ sizeBytes: count });

export const uploadState: z.ZodType<UploadState> = z.strictObject({
  offset: count,
  sizeBytes: count,
  complete: z.boolean(),
});
