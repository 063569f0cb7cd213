import type { Id } from "../catalogue.ts";
import type { Rows, VersionRow } from "./rows.ts";

const PAGE = 500;

/** All versions that the rows know, erased ones among them, ascending by id, some hundred at a time. */
export async function* pagesOfVersions(rows: Pick<Rows, "pageVersions">): AsyncGenerator<VersionRow[]> {
  let after: Id | undefined;
  while (true) {
    const page = await rows.pageVersions({ limit: PAGE, ...(after !== undefined && { after }) });
    yield page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.version;
  }
}
