import type { PasskeyCode } from "../texts/problems.ts";
import type { Problem } from "../worker/contract.ts";

/** What the browser itself could not do, found on the page's side of the worker. */
export class BrowserProblem extends Error implements Problem {
  override readonly name = "BrowserProblem";
  readonly source = "browser";
  readonly code: PasskeyCode;
  readonly detail: string;
  readonly stores: readonly string[] = [];

  constructor(code: PasskeyCode, detail: string) {
    super(detail);
    this.code = code;
    this.detail = detail;
  }
}
