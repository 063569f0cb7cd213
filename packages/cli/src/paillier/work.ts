import {
  ciphertextsFor,
  createPaillier,
  type MatrixHeader,
  type OnProgress,
  type Paillier,
  valuesIn,
} from "@chirograph/schemes/paillier";
import type { Context } from "../commands/command.ts";
import { count, showDuration } from "../terminal/quantity.ts";

/** Products of numbers below n² that one ciphertext costs: a digit of the noise each, or what OpenSSL's powers take. */
const PRODUCTS = { encrypting: 134, decrypting: 160, computing: 280, summing: 3 } as const;
/** Below that, nobody needs an estimate. */
const WORTH_TELLING_MS = 3000;
const SAMPLE = 100;

export type Work = keyof typeof PRODUCTS;

/** Runs long work on a matrix: says beforehand about how long it takes, and on the way how far it is. */
export async function withPaillier<Result>(
  { engine, terminal }: Context,
  work: Work,
  header: MatrixHeader,
  run: (paillier: Paillier, onProgress: OnProgress) => Promise<Result>,
): Promise<Result> {
  const paillier = createPaillier(engine);
  const ciphertexts = ciphertextsFor(valuesIn(header.shape), header.packing);
  const estimateMs = (ciphertexts * PRODUCTS[work] * productMs(header.bits)) / paillier.threads;
  if (estimateMs > WORTH_TELLING_MS) {
    terminal.note(
      `${count(ciphertexts, "ciphertext")} to go through on ${count(paillier.threads, "thread")}: ` +
        `about ${showDuration(estimateMs)}.`,
    );
  }
  const sizeBytes = header.bits / 4;
  const progress = terminal.progress(work, ciphertexts * sizeBytes);
  let told = 0;
  try {
    return await run(paillier, (done) => {
      progress.add((done - told) * sizeBytes);
      told = done;
    });
  } finally {
    progress.end();
    await paillier.stop();
  }
}

/** Measured here and now: machines differ, and so does what else runs on them. */
function productMs(bits: number): number {
  const modulus = (1n << BigInt(2 * bits)) - 1n;
  let value = modulus / 3n;
  const started = performance.now();
  for (let index = 0; index < SAMPLE; index++) value = (value * value + 1n) % modulus;
  return (performance.now() - started) / SAMPLE;
}
