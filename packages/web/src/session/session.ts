import { type Database, openDatabase } from "../worker/database.ts";

/** What the server says about this browser's session. */
export type SessionAnswer = "open" | "none" | "refused" | "too-many" | "offline";

const SESSION = "/api/v1/session";
/** As the HTTP interface names it (docs/http.md, "Who may"). */
const PAGE_HEADER = "chirograph-page";
const TOKEN = /^#token=([\w-]{16,256})$/;

/** Takes the token out of the address, so that it stays neither in the history nor on the screen. */
export function takeToken(): string | undefined {
  if (!location.hash.startsWith("#token=")) return undefined;
  const token = TOKEN.exec(location.hash)?.[1];
  history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}

/** Exchanges the token for a session; without one, asks whether there is a session already. */
export async function openSession(token: string | undefined): Promise<SessionAnswer> {
  try {
    const response = await (token === undefined ? askForSession() : exchange(token));
    if (response.ok) return "open";
    if (response.status === 429) return "too-many";
    if (response.status >= 500) return "offline";
    // A used or mistyped token is no reason to leave a session that is there.
    return token === undefined ? "none" : (await openSession(undefined)) === "open" ? "open" : "refused";
  } catch {
    return "offline";
  }
}

async function askForSession(): Promise<Response> {
  const page = await withDatabase((database) => database.get("session", "page"));
  return fetch(SESSION, { cache: "no-store", headers: page === undefined ? {} : { [PAGE_HEADER]: page } });
}

/** The cookie is the browser's; the other half of the session is kept by this origin alone, since cookies know no ports. */
async function exchange(token: string): Promise<Response> {
  const response = await fetch(SESSION, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
    cache: "no-store",
  });
  if (!response.ok) return response;
  const { page } = (await response.json()) as { readonly page: string };
  await withDatabase((database) => database.put("session", page, "page"));
  return response;
}

async function withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await openDatabase();
  try {
    return await work(database);
  } finally {
    database.close();
  }
}
