import type { Engine } from "@chirograph/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { ARGON2_BYTES } from "../../src/argon2.ts";
import { encodeChart } from "../../src/chart/document.ts";
import { unlockChart } from "../../src/chart/unlock.ts";
import { concat } from "../../src/encoding/bytes.ts";
import { utf8 } from "../../src/encoding/text.ts";
import { parseEnvelopeFile } from "../../src/folder/envelope-file.ts";
import { sealFolder } from "../../src/folder/seal.ts";
import type { Identity } from "../../src/identity/identity.ts";
import { boxSize } from "../../src/layer1/box.ts";
import type { FragmentSink } from "../../src/record/body.ts";
import { Word } from "../../src/word/rules.ts";
import {
  contentOf,
  engine,
  expectRefused,
  memorySink,
  OTHER_WORD,
  people,
  quick,
  TIME,
  WORD,
} from "./support.ts";

/** Length of what the outer box of a lock holds: the settings of Argon2 and the box under the word. */
const LOCK_MESSAGE_BYTES = ARGON2_BYTES + boxSize(32);

let owner: Identity;
let stranger: Identity;

beforeAll(async () => {
  ({ owner, stranger } = await people("owner", "stranger"));
});

interface Call {
  readonly method: keyof Engine;
  readonly request: unknown;
  readonly result: unknown;
}

/** An engine whose randomness is the same in every run, and that keeps all its calls. */
function recorded(base: Engine, override: Partial<Engine> = {}): { use: Engine; calls: Call[] } {
  const calls: Call[] = [];
  let state = 1;
  const randomBytes = (lengthBytes: number): Uint8Array<ArrayBuffer> =>
    Uint8Array.from({ length: lengthBytes }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
  const fixed: Engine = {
    ...base,
    randomBytes,
    // Encapsulation draws its own randomness; what it wraps is in the record of calls.
    hpkeSeal: async ({ plaintext }) => ({
      encapsulated: randomBytes(1120),
      ciphertext: randomBytes(plaintext.length + 16),
    }),
    ...override,
  };
  const use = new Proxy(fixed, {
    get(target, method: keyof Engine) {
      const call = target[method] as (...parts: unknown[]) => unknown;
      return (...parts: unknown[]) => {
        const given = call(...parts);
        const keep = (result: unknown): void => {
          calls.push({ method, request: copied(parts), result: copied(result) });
        };
        if (given instanceof Promise) {
          return given.then((result: unknown) => {
            keep(result);
            return result;
          });
        }
        keep(given);
        return given;
      };
    },
  });
  return { use, calls };
}

/** Bytes are wiped after use, so that what is kept must be a copy. */
function copied(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map((one) => copied(one));
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copied(one)]));
  }
  return value;
}

/** Everything that a store, a server or a stranger can hold of one sealed record. */
async function folder(
  use: Engine,
  word: Word,
  profile: "locked" | "classic" = "locked",
): Promise<Uint8Array> {
  const { sink, fragments } = memorySink();
  const { engine: ordered, sink: watched } = inOrder(use, sink);
  const how =
    profile === "locked" ? ({ profile, suite: "aes-128", padded: true } as const) : ({ profile } as const);
  const plan = {
    author: owner,
    readers: [owner.recipient],
    word,
    time: TIME,
    content: contentOf(utf8("a record")),
    how,
  };
  const { envelopeFile } = await sealFolder(ordered, plan, watched);
  return concat(envelopeFile, ...fragments());
}

/** The word is stretched while the record is sealed; here not before it is, so that randomness has one order. */
function inOrder(use: Engine, sink: FragmentSink): { engine: Engine; sink: FragmentSink } {
  const written = Promise.withResolvers<void>();
  let left = 0;
  return {
    engine: {
      ...use,
      argon2id: async (request) => {
        const [stretched] = await Promise.all([use.argon2id(request), written.promise]);
        return stretched;
      },
    },
    sink: {
      open(planned) {
        left = planned.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        return sink.open(planned);
      },
      async write(index, bytes) {
        await sink.write(index, bytes);
        left -= bytes.length;
        if (left === 0) written.resolve();
      },
    },
  };
}

/** The calls in whose arguments a secret stands. */
function callsWith(calls: readonly Call[], secret: Uint8Array): (keyof Engine)[] {
  const holds = (value: unknown): boolean => {
    if (value instanceof Uint8Array) return indexOf(value, secret) >= 0;
    return typeof value === "object" && value !== null && Object.values(value).some((one) => holds(one));
  };
  return calls.filter(({ request }) => holds(request)).map(({ method }) => method);
}

function indexOf(haystack: Uint8Array, needle: Uint8Array): number {
  for (let at = haystack.indexOf(needle[0]!); at >= 0; at = haystack.indexOf(needle[0]!, at + 1)) {
    if (needle.every((byte, index) => haystack[at + index] === byte)) return at;
  }
  return -1;
}

describe("nothing outside a reader's boxes can test a guess of the word", () => {
  test("two words under the same randomness give the same folder, but for the lock", async () => {
    const first = recorded(quick);
    const one = await folder(first.use, WORD);
    const lock = first.calls.find(({ method, request }) => method === "sealChunks" && isLock(request))!;
    expect(await folder(recorded(quick).use, WORD)).toStrictEqual(one);

    const other = await folder(recorded(quick).use, OTHER_WORD);
    expect(other).toHaveLength(one.length);
    expect(other).not.toStrictEqual(one);
    // With the first word's lock in place, not one byte of the second word's folder is another.
    const spliced = recorded(quick, {
      sealChunks: async (request) =>
        isLock([request]) ? (lock.result as Uint8Array<ArrayBuffer>) : engine.sealChunks(request),
    });
    expect(await folder(spliced.use, OTHER_WORD)).toStrictEqual(one);
  });

  test("the lock's box is sealed under a key from guardKey, which stands in a reader's wrap and nowhere else", async () => {
    const { use, calls } = recorded(quick);
    const stored = await folder(use, WORD);
    const wrapped = await plaintextOfWrap(WORD);
    const guardKey = wrapped.subarray(32);
    expect(indexOf(stored, guardKey)).toBe(-1);
    // To the lock's key, to the word's key, and into its own check.
    expect(callsWith(calls, guardKey).toSorted()).toStrictEqual([
      "hkdfSha512",
      "hkdfSha512",
      "hpkeSeal",
      "sha256",
    ]);
  });

  test("the word goes into Argon2id alone, and what comes out only beside guardKey into one key", async () => {
    const { use, calls } = recorded(quick);
    await folder(use, WORD);
    expect(callsWith(calls, WORD.bytes())).toStrictEqual(["argon2id"]);
    const stretched = calls.find(({ method }) => method === "argon2id")!.result as Uint8Array;
    expect(callsWith(calls, stretched)).toStrictEqual(["hkdfSha512"]);
    const guardKey = (await plaintextOfWrap(WORD)).subarray(32);
    expect(callsWith(calls, concat(stretched, guardKey))).toStrictEqual(["hkdfSha512"]);
  });

  test("the same search does find the characters of a classic word, which are published", async () => {
    const { use } = recorded(quick);
    const stored = await folder(use, WORD, "classic");
    // Where one file ends and the next begins, the folder shows each character twice.
    const twice = WORD.characters.map((own) => utf8(own + own));
    expect(twice.slice(1).every((mark) => indexOf(stored, mark) >= 0)).toBe(true);
  });

  test("Argon2's salt is not in the folder: a stranger does not even know what to stretch with", async () => {
    const { use, calls } = recorded(quick);
    const stored = await folder(use, WORD);
    const { salt } = argon2Requests(calls)[0]!;
    expect(indexOf(stored, salt)).toBe(-1);
  });

  test("a stranger's attempt meets nothing of the folder: one Argon2id under a salt of its own, and no more", async () => {
    const stored = await realFolder();
    const { use, calls } = recorded(engine);
    await expectRefused(() => unlockChart(use, stored.chart, stranger, WORD), "not-for-you");
    expect(calls.map(({ method }) => method)).toStrictEqual(["randomBytes", "argon2id"]);
  });

  test("a reader's attempt reaches Argon2id only through his wrap and the lock's box", async () => {
    const stored = await realFolder();
    const { use, calls } = recorded(engine);
    await unlockChart(use, stored.chart, owner, WORD);
    const order = calls.map(({ method }) => method);
    const at = order.indexOf("argon2id");
    expect(order.slice(0, at)).toContain("hpkeOpen");
    expect(order.slice(0, at)).toContain("openChunks");
    const { salt } = argon2Requests(calls)[0]!;
    expect(indexOf(encodeChart(stored.chart), salt)).toBe(-1);
  });
});

test("an insider with the key and no word pays Argon2id at its floor for every guess", async () => {
  const stored = await realFolder();
  const guesses = ["adk21938", "adk21930", "kda21937"];
  const { use, calls } = recorded(engine);
  for (const guess of guesses) {
    await expectRefused(() => unlockChart(use, stored.chart, owner, new Word(guess)), "not-for-you");
  }
  const paid = argon2Requests(calls);
  expect(paid).toHaveLength(guesses.length);
  for (const { memoryKiB, passes } of paid) {
    expect(memoryKiB).toBeGreaterThanOrEqual(65_536);
    expect(passes).toBeGreaterThanOrEqual(3);
  }
});

test("an insider's right guess costs the same, and is the only one that shows", async () => {
  const stored = await realFolder();
  const { use, calls } = recorded(engine);
  await unlockChart(use, stored.chart, owner, WORD);
  expect(argon2Requests(calls)).toHaveLength(1);
});

test("the folder shows how long the word is (a documented limit)", async () => {
  const { envelope } = await realFolder();
  expect(envelope.total).toBe(WORD.characters.length);
});

let kept: ReturnType<typeof parseEnvelopeFile> | undefined;

/** One folder with real wraps and the real Argon2id. */
function realFolder(): ReturnType<typeof parseEnvelopeFile> {
  kept ??= (async () => {
    const { sink } = memorySink();
    const how = { profile: "locked", suite: "aes-128", padded: true } as const;
    const content = contentOf(utf8("a record"));
    const plan = { author: owner, readers: [owner.recipient], word: WORD, time: TIME, content, how };
    const { envelopeFile } = await sealFolder(engine, plan, sink);
    return parseEnvelopeFile(engine, envelopeFile);
  })();
  return kept;
}

async function plaintextOfWrap(word: Word): Promise<Uint8Array> {
  const { use, calls } = recorded(quick);
  await folder(use, word);
  const [request] = calls.find(({ method }) => method === "hpkeSeal")!.request as [{ plaintext: Uint8Array }];
  return request.plaintext;
}

function argon2Requests(calls: readonly Call[]): { salt: Uint8Array; memoryKiB: number; passes: number }[] {
  return calls
    .filter(({ method }) => method === "argon2id")
    .map(({ request }) => (request as [{ salt: Uint8Array; memoryKiB: number; passes: number }])[0]);
}

function isLock(request: unknown): boolean {
  return (request as [{ data: Uint8Array }])[0].data.length === LOCK_MESSAGE_BYTES;
}
