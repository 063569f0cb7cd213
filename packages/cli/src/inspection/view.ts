import type { Description, Envelope, Recipient, SealedFolder } from "@chirograph/core";
import type { FragmentState } from "./fragments.ts";

/** A fragment and what its two ends say. */
export interface MarkedFragment extends FragmentState {
  /** In hexadecimal, as the envelope tells them to everybody. The classic profile has none. */
  readonly marks: { readonly head: string; readonly tail: string } | undefined;
  /** What they mean to whoever has the word: its own place and the next one's, from 1. */
  readonly reads: { readonly place: number; readonly next: number } | undefined;
}

/** All that can be told of a sealed folder. */
export interface View extends SealedFolder {
  readonly envelope: Envelope;
  readonly author: Recipient | undefined;
  readonly readers: readonly Recipient[];
  readonly fragments: readonly MarkedFragment[];
  /** Files that have nothing to do with this record. */
  readonly foreign: readonly string[];
  /** With identity and word. */
  readonly description: Description | undefined;
}
