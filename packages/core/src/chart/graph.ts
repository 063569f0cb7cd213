import { toHex } from "../encoding/bytes.ts";
import { ChirographError } from "../error.ts";
import { type ChartDraft, draftOf, stateOf } from "./draft.ts";
import { joinBranches } from "./join.ts";
import { compareLinks, type Link, MOST_HEADS, peekPrevious } from "./link.ts";
import { applyLink } from "./rules.ts";
import type { ChartState } from "./state.ts";

/** Joining costs as much as the chart is large: a document that forks without end is refused. */
export const MOST_MERGES = 4096;

/** A link among the others. */
interface Node {
  readonly hash: Uint8Array;
  readonly generation: number;
  readonly previous: readonly Node[];
  /** How many links of the document continue it. */
  readonly continuations: number;
  /** How many of them are still to come. */
  left: number;
  /** What holds after it, until the last of them has come. */
  draft: ChartDraft | undefined;
}

/**
 * The links of a chart as they continue, fork and merge (docs/format.md, section 10). They are added in the order of
 * the document; states are kept only where a later link begins. A chain is applied to one draft, in place.
 */
export class LinkGraph {
  readonly #continuations: ReadonlyMap<string, number>;
  readonly #nodes = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #last: Link | undefined;
  #merges = 0;

  /** @param links all that will be added */
  constructor(links: readonly Uint8Array[]) {
    const continuations = new Map<string, number>();
    for (const link of links) {
      for (const hash of peekPrevious(link).map(toHex))
        continuations.set(hash, (continuations.get(hash) ?? 0) + 1);
    }
    this.#continuations = continuations;
  }

  /** @throws ChirographError `mismatch` where it has no place, `out-of-limits`, or what the rules refuse */
  add(link: Link): void {
    if (this.#last === undefined) {
      this.#place(link, [], applyLink(undefined, link));
      return;
    }
    if (compareLinks(this.#last, link) >= 0) misplaced(link, "stands out of order or twice");
    const previous = link.previous.map(
      (hash) => this.#nodes.get(toHex(hash)) ?? misplaced(link, CONTINUES_NONE),
    );
    if (previous.length === 0) misplaced(link, CONTINUES_NONE);
    if (link.generation !== 1 + Math.max(...previous.map(({ generation }) => generation)))
      misplaced(link, "does not count on from the links that it continues");
    if (previous.length > 1) this.#checkMerge(link, previous);
    this.#place(link, previous, applyLink(this.#continue(previous), link));
  }

  /** Heads, ascending, and what holds after all of them. */
  finish(): { heads: Uint8Array[]; state: ChartState } {
    const heads = [...this.#open].toSorted((left, right) => (toHex(left.hash) < toHex(right.hash) ? -1 : 1));
    const [first, ...others] = heads.map(({ draft }) => draft!);
    const joined = others.length === 0 ? first! : joinBranches([first!, ...others]);
    return { heads: heads.map(({ hash }) => hash), state: stateOf(joined) };
  }

  #place(link: Link, previous: readonly Node[], draft: ChartDraft): void {
    const { hash, generation } = link;
    const continuations = this.#continuations.get(toHex(hash)) ?? 0;
    const node = { hash, generation, previous, continuations, left: continuations, draft };
    this.#nodes.set(toHex(hash), node);
    this.#open.add(node);
    this.#last = link;
    if (this.#open.size > MOST_HEADS)
      throw new ChirographError("out-of-limits", `A chart with more than ${MOST_HEADS} heads is refused.`);
  }

  #continue(previous: readonly Node[]): ChartDraft {
    const [first, ...others] = previous.map((node) => this.#take(node));
    return others.length === 0 ? first! : joinBranches([first!, ...others]);
  }

  #take(node: Node): ChartDraft {
    const draft = node.draft!;
    node.left--;
    if (node.left === 0) {
      node.draft = undefined;
      this.#open.delete(node);
    }
    // Nobody else looks at the state of a link with one successor.
    return node.continuations === 1 ? draft : draftOf(draft);
  }

  #checkMerge(link: Link, previous: readonly Node[]): void {
    this.#merges++;
    if (this.#merges > MOST_MERGES) tooManyMerges();
    // Whatever no link continues yet is an ancestor of none.
    if (previous.every(({ left, continuations }) => left === continuations)) return;
    const lowest = Math.min(...previous.map(({ generation }) => generation));
    const merged = new Set(previous);
    const seen = new Set<Node>();
    const toVisit = previous.flatMap((node) => node.previous);
    for (let node = toVisit.pop(); node !== undefined; node = toVisit.pop()) {
      if (seen.has(node) || node.generation < lowest) continue;
      seen.add(node);
      if (merged.has(node)) misplaced(link, "merges a link with one that it came from");
      toVisit.push(...node.previous);
    }
  }
}

const CONTINUES_NONE = "does not continue the links before it";

function misplaced(link: Link, problem: string): never {
  throw new ChirographError("mismatch", `Link ${link.generation} of the chart document ${problem}.`);
}

export function tooManyMerges(): never {
  throw new ChirographError("out-of-limits", `A chart with more than ${MOST_MERGES} merges is refused.`);
}
