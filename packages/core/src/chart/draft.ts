import type { Recipient } from "../identity/recipient.ts";
import type {
  ChartState,
  ClassicKey,
  Epoch,
  Escrow,
  Member,
  RecordState,
  Standing,
  Version,
} from "./state.ts";

/**
 * A state that is being made: links are applied to it in place, so that a long document is read in linear time. It
 * shares with the state that it began from whatever no link has changed yet.
 */
export interface ChartDraft extends Mutable<ChartState> {
  /** The collections that are this draft's own; all others are shared, and copied before they are changed. */
  readonly own: Set<object>;
}

type Mutable<State> = { -readonly [Key in keyof State]: State[Key] };

interface Collections {
  members: Map<string, Member>;
  everMembers: Map<string, Recipient>;
  epochs: Epoch[];
  epochPlaces: Map<number, number>;
  records: Map<string, RecordState>;
  classicKeys: Map<string, ClassicKey>;
  recordOf: Map<string, string>;
  standing: Map<string, ReadonlyMap<number, Standing>>;
  escrows: Map<number, Escrow>;
}

/** A record that takes versions in place. */
interface RecordDraft {
  readonly record: Uint8Array;
  readonly versions: Version[];
  erased: boolean;
}

/** A draft that begins where `state` stands and leaves it as it is. */
export function draftOf(state: ChartState): ChartDraft {
  return { ...state, own: new Set() };
}

/** What the draft has come to; the draft is changed no more. */
export function stateOf(draft: ChartDraft): ChartState {
  const { own: _, ...state } = draft;
  return state;
}

/** A collection of the draft, to be changed in place. */
export function own<Name extends keyof Collections>(draft: ChartDraft, name: Name): Collections[Name] {
  const collection: ReadonlyMap<unknown, unknown> | readonly unknown[] = draft[name];
  if (draft.own.has(collection)) return collection as Collections[Name];
  const copy = collection instanceof Map ? new Map(collection) : [...(collection as readonly unknown[])];
  Object.assign(draft, { [name]: copy });
  draft.own.add(copy);
  return copy as Collections[Name];
}

/** A record of the draft, to be changed in place; a new one if there is none of this id. */
export function ownRecord(draft: ChartDraft, id: string, record: Uint8Array): RecordDraft {
  const found = draft.records.get(id);
  if (found !== undefined && draft.own.has(found)) return found as RecordDraft;
  const copy = { record, erased: false, ...found, versions: [...(found?.versions ?? [])] };
  own(draft, "records").set(id, copy);
  draft.own.add(copy);
  return copy;
}

/** The standing unlocks of one member, to be changed in place. */
export function ownStanding(draft: ChartDraft, member: string): Map<number, Standing> {
  const found = draft.standing.get(member);
  if (found !== undefined && draft.own.has(found)) return found as Map<number, Standing>;
  const copy = new Map(found);
  own(draft, "standing").set(member, copy);
  draft.own.add(copy);
  return copy;
}
