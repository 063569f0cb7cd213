import { ChirographError } from "@chirograph/core";
import { VaultError } from "../error.ts";

/** Runs a strict reader; what it refuses is a malformed piece of the vault. */
export async function readStrictly<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ChirographError)) throw error;
    throw new VaultError("malformed", error.message, { cause: error });
  }
}
