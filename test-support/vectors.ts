// Published test data, read alike in Node and in a browser.
import { inject } from "vitest";
import type { DataFolder } from "./data.ts";

declare module "vitest" {
  interface ProvidedContext {
    vectors: DataFolder;
    samples: DataFolder;
  }
}

const vectors = inject("vectors");
const samples = inject("samples");

/** Why tests on vectors or samples cannot run here; undefined when they can. For `test.skipIf`. */
export const vectorsMissing: string | undefined = vectors.missing;
export const samplesMissing: string | undefined = samples.missing;

/** A vector file, such as "wycheproof/aes_gcm_test.json"; undefined when the folder is missing. */
export async function loadVectors(name: string): Promise<unknown> {
  if (vectorsMissing !== undefined) return undefined;
  return JSON.parse(new TextDecoder().decode(await read(`${vectors.path}/${name}`)));
}

/** The bytes of a sample file, such as "text/note.txt"; undefined when the folder is missing. */
export async function loadSample(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (samplesMissing !== undefined) return undefined;
  return read(`${samples.path}/${name}`);
}

async function read(path: string): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof window === "undefined") {
    const { readFile } = await import("node:fs/promises");
    return new Uint8Array(await readFile(path));
  }
  // Vite's own address for a file outside its root; vitest.config.ts allows these two folders.
  const response = await fetch(`/@fs/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}
