import type { Id, Rows } from "@chirograph/vault";
import { isDeepStrictEqual } from "node:util";

const PAGE = 500;

type ObjectRow = Awaited<ReturnType<Rows["pageObjects"]>>[number];

/** Refuses two catalogues that do not hold the same rows; page by page, so that there may be many. */
export async function requireEqualRows(left: Rows, right: Rows): Promise<void> {
  await requireEqual("versions", (rows) => versions(rows), left, right);
  await requireEqual("objects", (rows) => objects(rows), left, right);
  await requireEqual("links", (rows) => links(rows), left, right);
  if (!isDeepStrictEqual(await counts(left), await counts(right))) throw new Error("the totals differ");
}

async function counts(rows: Rows): Promise<unknown> {
  const { stores, ...totals } = await rows.totals();
  return { ...totals, stores: stores.map((store) => ({ ...store, sizeBytes: 0 })) };
}

async function requireEqual(
  what: string,
  pages: (rows: Rows) => AsyncGenerator,
  left: Rows,
  right: Rows,
): Promise<void> {
  const other = pages(right);
  for await (const page of pages(left)) {
    if (!isDeepStrictEqual(page, (await other.next()).value)) throw new Error(`the ${what} differ`);
  }
  if ((await other.next()).done !== true) throw new Error(`the ${what} differ`);
}

async function* versions(rows: Rows): AsyncGenerator {
  let after: Id | undefined;
  while (true) {
    const page = await rows.pageVersions({ limit: PAGE, ...(after !== undefined && { after }) });
    yield page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.version;
  }
}

async function* objects(rows: Rows): AsyncGenerator {
  let last: ObjectRow | undefined;
  while (true) {
    const after = last && { store: last.store, object: last.name };
    const page = await rows.pageObjects({ limit: PAGE, ...(after && { after }) });
    // How long statement objects are, a commit does not tell.
    yield page.map((row) => ({ ...row, sizeBytes: row.kind === "statement" ? 0 : row.sizeBytes }));
    if (page.length < PAGE) return;
    last = page.at(-1)!;
  }
}

async function* links(rows: Rows): AsyncGenerator {
  let after: Id | undefined;
  while (true) {
    const page = await rows.page({ of: "charts", limit: PAGE, ...(after !== undefined && { after }) });
    for (const { id } of page) yield await rows.links(id);
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}
