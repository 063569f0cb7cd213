import type { Hash, Id } from "../../catalogue.ts";

/** Something that `reindex` met and left out. It is never a reason to stop while others have what is needed. */
export interface ReindexProblem {
  readonly kind:
    /** The header cannot be read, opens for nobody, or is of another vault. */
    | "header"
    /** The store did not list or give everything. */
    | "store unreachable"
    /** Not packed, or damaged: nothing of it was used. */
    | "object damaged"
    /** A link that is damaged, that nobody may have signed, or whose parents are nowhere. */
    | "link refused"
    /** An envelope that no chart stands behind. */
    | "envelope refused"
    /** No store that was read has the envelope of a version that is not erased. */
    | "envelope missing";
  /** Which of the stores that were given, from 0; its id where its header told. */
  readonly at?: number;
  readonly store?: Id;
  readonly object?: string;
  readonly chart?: Id;
  readonly link?: Hash;
  readonly version?: Id;
}
