import { outdated } from "../error.ts";
import type { Keeping } from "./keeping.ts";

/**
 * Whoever knows older settings than the vault has would take new headers for damaged ones, and miss stores.
 * @throws VaultError `outdated`
 */
export async function requireCurrent({ rows, settings }: Pick<Keeping, "rows" | "settings">): Promise<void> {
  if (settings.generation < (await rows.gate()).generation) throw outdated();
}
