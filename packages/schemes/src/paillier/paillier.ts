import type { Engine } from "@chirograph/engine/interface";
import { SchemeError } from "../error.ts";
import { BLIND_BYTES, type Noise, type Task, type TaskResult } from "./arithmetic/task.ts";
import { concatBytes } from "./bytes.ts";
import { type Combination, headerOf, requireMeanWeights, totalHeaderOf } from "./combining.ts";
import type { Crew } from "./crew.ts";
import {
  ciphertextBytes,
  exponentBytes,
  hidingExponentBytes,
  type PrivateKey,
  type PublicKey,
} from "./key.ts";
import {
  ciphertextsFor,
  type EncryptedMatrix,
  type MatrixHeader,
  requireInGroup,
  requireKey,
  valuesIn,
} from "./matrix.ts";
import { boundsOf, type EncryptionPlan, plannedHeader } from "./plan.ts";

/** Ciphertexts of one task: some tenths of a second. */
const RUN = 128;
/** From here on the bigger table of noise pays. */
const LONG_JOB = 256;

/** Told after every run of ciphertexts. */
export type OnProgress = (done: number, total: number) => void;

const unheard: OnProgress = () => {};

/** Paillier's cryptosystem over matrices of whole numbers, on several threads. `stop` it in the end. */
export class Paillier {
  readonly #engine: Engine;
  readonly #crew: Crew;

  constructor(engine: Engine, crew: Crew) {
    this.#engine = engine;
    this.#crew = crew;
  }

  /** Threads that work at once. */
  get threads(): number {
    return this.#crew.size;
  }

  /** @throws SchemeError `out-of-limits` for values beyond the bounds of the plan, or a plan that cannot be */
  async encrypt(
    key: PublicKey,
    values: ArrayLike<number>,
    plan: EncryptionPlan,
    onProgress: OnProgress = unheard,
  ): Promise<EncryptedMatrix> {
    const header = plannedHeader(key, plan);
    requireValues(values, header);
    const { packing } = header;
    const { perCiphertext } = packing;
    const numbers = Float64Array.from(values);
    const ciphertexts = await this.#inRuns(header, onProgress, (from, to, total) => ({
      type: "encrypt",
      key,
      values: numbers.slice(from * perCiphertext, to * perCiphertext),
      packing,
      noise: this.#noise(exponentBytes(key), to - from, total),
    }));
    return { ...header, ciphertexts: join(ciphertexts) };
  }

  /** @throws SchemeError `wrong-key`, `not-in-group` or `tampered` */
  async decrypt(
    { publicKey, primes }: PrivateKey,
    matrix: EncryptedMatrix,
    onProgress: OnProgress = unheard,
  ): Promise<Float64Array<ArrayBuffer>> {
    requireKey(publicKey, matrix);
    requireInGroup(publicKey, matrix);
    const { packing, bounds, ciphertexts } = matrix;
    const { perCiphertext } = packing;
    const values = new Float64Array(valuesIn(matrix.shape));
    const size = ciphertextBytes(publicKey);
    const runs = await this.#inRuns(matrix, onProgress, (from, to) => ({
      type: "decrypt",
      primes,
      ciphertexts: ciphertexts.slice(from * size, to * size),
      count: Math.min(to * perCiphertext, values.length) - from * perCiphertext,
      packing,
      bounds,
      blinds: this.#random((to - from) * BLIND_BYTES),
    }));
    let offset = 0;
    for (const run of runs) {
      if (run === null) throw tampered();
      values.set(run, offset);
      offset += run.length;
    }
    return values;
  }

  /**
   * Computes on matrices without opening them. The result is under noise that hides from the key's holder too how
   * it came about, but for its header: bounds and divisor. That holds for a key that `createPrivateKey` made and for
   * inputs that `encrypt` made: marks of other ones outlive the noise.
   * @throws SchemeError when they do not fit each other, or a value could leave its room
   */
  async combine(
    key: PublicKey,
    combination: Combination,
    onProgress: OnProgress = unheard,
  ): Promise<EncryptedMatrix> {
    const { matrices, weights, constant } = combination;
    const header = headerOf(combination);
    for (const matrix of matrices) {
      requireKey(key, matrix);
      requireInGroup(key, matrix);
    }
    const { packing } = header;
    const count = valuesIn(header.shape);
    const size = ciphertextBytes(key);
    const ciphertexts = await this.#inRuns(header, onProgress, (from, to, total) => ({
      type: "combine",
      key,
      inputs: matrices.map((matrix) => matrix.ciphertexts.slice(from * size, to * size)),
      weights,
      constant,
      count: Math.min(to * packing.perCiphertext, count) - from * packing.perCiphertext,
      packing,
      noise: this.#noise(hidingExponentBytes(key), to - from, total),
    }));
    return { ...header, ciphertexts: join(ciphertexts) };
  }

  /** The weighted sum over all values of one matrix, one value a ciphertext: a matrix of one value. */
  async total(
    key: PublicKey,
    matrix: EncryptedMatrix,
    { weights, isMean }: { readonly weights: readonly number[]; readonly isMean: boolean },
    onProgress: OnProgress = unheard,
  ): Promise<EncryptedMatrix> {
    const header = totalHeaderOf(matrix, weights, isMean ? requireMeanWeights(weights) : 1);
    requireKey(key, matrix);
    requireInGroup(key, matrix);
    const size = ciphertextBytes(key);
    const sums = await this.#inRuns(matrix, onProgress, (from, to) => ({
      type: "total",
      key,
      ciphertexts: matrix.ciphertexts.slice(from * size, to * size),
      weights: Float64Array.from(weights.slice(from, to)),
    }));
    // The sums of the runs are added in the same way, then put under fresh noise.
    const [sum] = await this.#crew.runAll(
      [
        () => ({
          type: "total",
          key,
          ciphertexts: join(sums),
          weights: new Float64Array(sums.length).fill(1),
        }),
      ],
      () => {},
    );
    const added = { ...header, ciphertexts: join([sum!]) };
    return this.combine(key, { matrices: [added], weights: [1], constant: 0, divideBy: 1 });
  }

  stop(): Promise<void> {
    return this.#crew.stop();
  }

  /** Cuts the work on a matrix into runs of ciphertexts. */
  #inRuns(
    header: MatrixHeader,
    onProgress: OnProgress,
    taskOf: (from: number, to: number, total: number) => Task,
  ): Promise<TaskResult[]> {
    const total = ciphertextsFor(valuesIn(header.shape), header.packing);
    const run = Math.min(RUN, Math.ceil(total / this.threads));
    const starts = Array.from({ length: Math.ceil(total / run) }, (_, index) => index * run);
    let done = 0;
    return this.#crew.runAll(
      starts.map((from) => () => taskOf(from, Math.min(from + run, total), total)),
      (index) => {
        done += Math.min(run, total - starts[index]!);
        onProgress(done, total);
      },
    );
  }

  #noise(lengthBytes: number, ciphertexts: number, ofJob: number): Noise {
    return {
      exponents: this.#random(ciphertexts * lengthBytes),
      exponentBytes: lengthBytes,
      digitBits: ofJob >= LONG_JOB ? 8 : 4,
    };
  }

  #random(lengthBytes: number): Uint8Array {
    const most = 65_536;
    const parts: Uint8Array[] = [];
    for (let left = lengthBytes; left > 0; left -= most) {
      parts.push(this.#engine.randomBytes(Math.min(left, most)));
    }
    return concatBytes(...parts);
  }
}

function requireValues(values: ArrayLike<number>, { shape, bounds }: MatrixHeader): void {
  if (values.length !== valuesIn(shape)) throw new RangeError("as many values as the shape says");
  const { min, max } = boundsOf(values);
  if (min >= bounds.min && max <= bounds.max) return;
  throw new SchemeError(
    "out-of-limits",
    `Values from ${min} to ${max} are not within the bounds ${bounds.min} to ${bounds.max}.`,
  );
}

function join(runs: readonly TaskResult[]): Uint8Array<ArrayBuffer> {
  return concatBytes(...(runs as Uint8Array[]));
}

function tampered(): SchemeError {
  return new SchemeError(
    "tampered",
    "The encrypted matrix was altered: it decrypts to values outside the bounds that it travels with.",
  );
}
