import { rangeWithin } from "../../range.ts";
import type { Behaviour } from "../behaviour.ts";
import { objectOf, servingAltered } from "../objects.ts";
import type { Random } from "../random.ts";

const MOST_CUT_BYTES = 64;
const MOST_ADDED_BYTES = 64;

export const truncate: Behaviour = {
  name: "truncate",
  description: "Has objects that end too early, and says so of their length.",
  lie: (circumstances) =>
    servingAltered(circumstances, (bytes, name) => {
      const cut = 1 + circumstances.randomFor(name)(MOST_CUT_BYTES);
      return bytes.subarray(0, Math.max(0, bytes.length - cut));
    }),
};

export const shortAnswer: Behaviour = {
  name: "short answer",
  description: "Gives fewer bytes than were asked for, as if that were all.",
  lie: ({ honest }) => ({
    async *get(name, range, options) {
      let last: Uint8Array | undefined;
      for await (const piece of honest.get(name, range, options)) {
        if (last !== undefined) yield last;
        last = piece;
      }
      if (last !== undefined) yield last.subarray(0, last.length >> 1);
    },
  }),
};

export const extend: Behaviour = {
  name: "extend",
  description: "Has objects that go on behind their end, and says so of their length.",
  lie: (circumstances) =>
    servingAltered(circumstances, (bytes, name) => {
      const random = circumstances.randomFor(name);
      const longer = new Uint8Array(bytes.length + 1 + random(MOST_ADDED_BYTES));
      longer.set(bytes);
      for (let index = bytes.length; index < longer.length; index++) longer[index] = random(256);
      return longer;
    }),
};

export const longAnswer: Behaviour = {
  name: "long answer",
  description: "Gives more bytes than were asked for, and does not stop.",
  lie: ({ honest }) => ({
    async *get(name, range, options) {
      yield* honest.get(name, range, options);
      for (;;) {
        options?.signal?.throwIfAborted();
        yield new Uint8Array(1024);
      }
    },
  }),
};

export const flipBit: Behaviour = {
  name: "flip a bit",
  description: "Has objects of which one bit is another.",
  lie: (circumstances) =>
    servingAltered(circumstances, (bytes, name) => flipped(bytes, circumstances.randomFor(name))),
};

export const emptySuccess: Behaviour = {
  name: "empty success",
  description: "Gives no byte of an object, as if that were all.",
  // oxlint-disable-next-line require-yield
  lie: () => ({ async *get() {} }),
};

export const wrongLength: Behaviour = {
  name: "wrong length",
  description: "Tells another length than its objects have, be it none, one byte off or beyond all bounds.",
  lie({ honest, strikes, randomFor }) {
    const lengthOf = (name: string, sizeBytes: number): number => {
      const lengths = [0, sizeBytes - 1, sizeBytes + 1, 2 * sizeBytes, Number.MAX_SAFE_INTEGER, -1];
      return lengths[randomFor(name)(lengths.length)]!;
    };
    return {
      async head(name, options) {
        const head = await honest.head(name, options);
        return head && { name, sizeBytes: lengthOf(name, head.sizeBytes) };
      },
      async list(request, options) {
        const page = await honest.list(request, options);
        return page.map(({ name, sizeBytes }) => ({
          name,
          sizeBytes: strikes(name) ? lengthOf(name, sizeBytes) : sizeBytes,
        }));
      },
    };
  },
};

export const differentAnswers: Behaviour = {
  name: "different answers",
  description:
    "Gives every other reader of an object one with another bit flipped; the rest get it as it is.",
  lie({ honest, randomFor }) {
    const readers = new Map<string, number>();
    return {
      async *get(name, range, options) {
        const reader = readers.get(name) ?? 0;
        readers.set(name, reader + 1);
        if (reader % 2 === 1) return yield* honest.get(name, range, options);
        const whole = await objectOf(honest, name, options);
        if (whole === undefined) return yield* honest.get(name, range, options);
        const bytes = flipped(whole, randomFor(`${name} for ${reader}`));
        const { offset, lengthBytes } = rangeWithin(range, bytes.length);
        yield bytes.slice(offset, offset + lengthBytes);
      },
    };
  },
};

function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = new Uint8Array(bytes);
  if (copy.length > 0) copy[random(copy.length)]! ^= 1 << random(8);
  return copy;
}
