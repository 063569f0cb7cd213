import type { Id } from "../../catalogue.ts";
import type { Keeping } from "../keeping.ts";
import { newId } from "../names.ts";
import type { Target } from "../rows.ts";

/** What takes longer than this to write is swept; whoever wrote it finds its rows gone and begins again. */
const LIFETIME_MS: number = 24 * 3_600_000;

/** Writes names down before anything lies under them, so that a crash leaves nothing that nobody knows. */
export async function reserveObjects(
  { engine, rows, settings, now }: Keeping,
  objects: readonly Target[],
): Promise<Id> {
  const id = newId(engine);
  const { generation } = settings;
  await rows.reserve({ id, generation, objects, expires: now() + LIFETIME_MS });
  return id;
}
