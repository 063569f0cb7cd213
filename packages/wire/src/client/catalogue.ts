import type { Catalogue } from "@chirograph/vault";
import * as routes from "../routes.ts";
import { call, type Origin } from "./http.ts";
import { patiently, type Waiting } from "./patience.ts";

/** A commit reads every fragment again, on the server. */
const COMMIT_TIMEOUT_MS = 600_000;

/**
 * The catalogue of a vault that is somewhere else. Every call of it may be repeated: a commit that was heard and whose
 * answer was lost meets itself as a conflict, which the vault's client knows for its own.
 */
export function remoteCatalogue(origin: Origin, waiting: Waiting): Catalogue {
  return {
    reserve: (json) => patiently(waiting, () => call(origin, routes.reserve, { json })),
    commit: (json) =>
      patiently(waiting, () => call(origin, routes.commit, { json, timeoutMs: COMMIT_TIMEOUT_MS })),
    find: (json) => patiently(waiting, () => call(origin, routes.find, { json })),
    page: (json) => patiently(waiting, () => call(origin, routes.page, { json })),
  };
}
