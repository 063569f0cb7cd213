import { StoreError } from "./error.ts";
import { checkName } from "./names.ts";
import type { ListRequest } from "./store.ts";

const LARGEST_PAGE = 1000;

/** @throws StoreError `invalid` when a part of it is outside its grammar */
export function checkListRequest({ prefix, after, limit }: ListRequest): void {
  if (prefix !== "") checkName(prefix);
  if (after !== undefined) checkName(after);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= LARGEST_PAGE)) {
    throw new StoreError("invalid", `A page has 1 to ${LARGEST_PAGE} names.`);
  }
}

/** Whether `name` is among those asked for, on this page or a later one. */
export function asksFor({ prefix, after }: ListRequest, name: string): boolean {
  return name.startsWith(prefix) && (after === undefined || name > after);
}
