import { asksFor } from "../../list-request.ts";
import type { ObjectHead } from "../../store.ts";
import type { Behaviour } from "../behaviour.ts";
import { allHeads } from "../objects.ts";
import type { Random } from "../random.ts";

const NAME_DIGITS = 32;

export const lyingList: Behaviour = {
  name: "lying list",
  description: "Leaves half of its objects out of its list, and puts names there that it does not have.",
  lie: ({ honest, strikes, randomFor }) => ({
    async list(request, options) {
      const shown = (await allHeads(honest, options)).filter(
        ({ name }) => !strikes(name) || randomFor(name)(2) === 0,
      );
      const random = randomFor("names that are not there");
      const invented = Array.from({ length: 1 + (shown.length >> 1) }, () => inventedHead(random));
      return [...shown, ...invented]
        .filter(({ name }) => asksFor(request, name))
        .toSorted((left, right) => (left.name < right.name ? -1 : 1))
        .slice(0, request.limit);
    },
  }),
};

export const staleList: Behaviour = {
  name: "stale list",
  description: "Lists what it held when it was first asked: nothing newer, and all that was deleted since.",
  lie({ honest, older }) {
    let first: Promise<ObjectHead[]> | undefined;
    return {
      async list(request, options) {
        first ??= allHeads(older ?? honest, options);
        return (await first).filter(({ name }) => asksFor(request, name)).slice(0, request.limit);
      },
    };
  },
};

export const duplicates: Behaviour = {
  name: "duplicates in lists",
  description: "Lists every object twice.",
  lie: ({ honest, strikes }) => ({
    async list(request, options) {
      const page = await honest.list(request, options);
      return page.flatMap((head) => (strikes(head.name) ? [head, head] : [head])).slice(0, request.limit);
    },
  }),
};

export const endlessList: Behaviour = {
  name: "endless list",
  description: "Lists half of its objects and then names that it does not have, in order and without end.",
  lie: ({ honest }) => ({
    async list(request, options) {
      const heads = await allHeads(honest, options);
      const shown = heads.slice(0, heads.length >> 1);
      const page = shown.filter(({ name }) => asksFor(request, name)).slice(0, request.limit);
      const last = page.at(-1)?.name ?? request.after ?? request.prefix;
      const invented = Array.from({ length: request.limit - page.length }, (_, index) => ({
        name: nameBehind(last, index),
        sizeBytes: 1000,
      }));
      return [...page, ...invented];
    },
  }),
};

function inventedHead(random: Random): ObjectHead {
  const digits = Array.from({ length: NAME_DIGITS }, () => random(16).toString(16));
  return { name: digits.join(""), sizeBytes: 1 + random(5000) };
}

/** Names in the form of an object's that ascend behind another. */
function nameBehind(name: string, index: number): string {
  const digits = /^[0-9a-f]*/.exec(name)![0].slice(0, NAME_DIGITS).padEnd(NAME_DIGITS, "0");
  return (BigInt(`0x${digits}`) + BigInt(index) + 1n).toString(16).padStart(NAME_DIGITS, "0");
}
