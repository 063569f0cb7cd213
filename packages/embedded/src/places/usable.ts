import { StoreError } from "@chirograph/stores";
import { EmbeddedError } from "../error.ts";
import type { Location } from "./location.ts";

/** What is asked of a store that a new vault cannot do without. @throws EmbeddedError `io`, naming the store */
export async function usable<Result>(location: Location, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new EmbeddedError("io", `The store ${location} cannot be used: ${error.message}`, {
      hint: "docs/stores.md says what each kind of store needs, and where its credentials belong.",
      cause: error,
    });
  }
}
