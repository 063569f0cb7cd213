/** A fragment's two marks, and what the word makes of them. */
export interface MarkedFragment {
  readonly id: string;
  /** Hexadecimal. */
  readonly head: string;
  readonly tail: string;
  /** Its own index and the next one's, from 0; `undefined`: the word does not know the mark. */
  readonly own: number | undefined;
  readonly next: number | undefined;
}

/** A mark in so few digits that it fits beside others. */
export function shortMark(hex: string): string {
  return hex.length <= 12 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}

/** All of a mark, in groups that can be read aloud. */
export function groupedMark(hex: string): string {
  return hex.match(/.{1,4}/g)?.join(" ") ?? "";
}

/** As they lie in a bag: by their random ids, which say nothing about order. */
export function asStrangerSees<Fragment extends { readonly id: string }>(
  fragments: readonly Fragment[],
): Fragment[] {
  return fragments.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

/** In the order that the word gives them; what it does not know comes last. */
export function asHolderSees<Fragment extends { readonly own: number | undefined }>(
  fragments: readonly Fragment[],
): Fragment[] {
  return fragments.toSorted((left, right) => (left.own ?? Infinity) - (right.own ?? Infinity));
}

/** The word's characters, if it has as many as there are fragments. Nothing else of it is checked or kept. */
export function lettersOf(word: string, total: number): readonly string[] | undefined {
  const characters = Array.from(word.normalize("NFC"));
  return characters.length === total ? characters : undefined;
}

/** What stands on a fragment for whoever has the word: the character of its place, else its number from 1. */
export function markLabel(index: number | undefined, letters: readonly string[] | undefined): string {
  if (index === undefined) return "?";
  return letters?.[index] ?? String(index + 1);
}
