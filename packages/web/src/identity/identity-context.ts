import { type Context, createContext, useContext } from "react";
import type { KeptIdentity } from "../worker/contract.ts";

interface IdentityState {
  /** The identity that is unlocked. */
  readonly identity: KeptIdentity;
  /** It has another lock now. */
  readonly changed: (identity: KeptIdentity) => void;
  readonly lock: () => void;
  /** This browser has forgotten it. */
  readonly removed: () => void;
}

export const IdentityContext: Context<IdentityState | undefined> = createContext<IdentityState | undefined>(
  undefined,
);

export function useIdentity(): IdentityState {
  const state = useContext(IdentityContext);
  if (state === undefined) throw new Error("useIdentity outside of IdentityGate");
  return state;
}
