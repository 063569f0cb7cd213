import type { Problem } from "../worker/contract.ts";

/** What a promise of the worker rejected with; anything else is a defect, of which people see the kind only. */
export function problemOf(error: unknown): Problem {
  if (isProblem(error)) return error;
  const detail = error instanceof Error ? error.name : typeof error;
  return { source: "defect", code: "unexpected", detail, stores: [] };
}

export function isProblem(value: unknown): value is Problem {
  return (
    typeof value === "object" &&
    value !== null &&
    "source" in value &&
    "code" in value &&
    "detail" in value &&
    "stores" in value &&
    Array.isArray(value.stores)
  );
}
