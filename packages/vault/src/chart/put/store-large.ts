import type { ChartSession } from "../session.ts";
import { keepVersion } from "./keep-version.ts";
import type { PendingVersion } from "./pending.ts";
import { streamVersion } from "./stream.ts";

/** Seals a large version and stores it: by way of the client's keep where it has one, else straight into the stores. */
export function storeLarge(session: ChartSession, version: PendingVersion): Promise<void> {
  const { keep } = session.parts;
  return keep === undefined ? streamVersion(session, version) : keepVersion(session, keep, version);
}
