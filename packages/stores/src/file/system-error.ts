import { StoreError, type StoreErrorCode } from "../error.ts";

/** What the system says when a call of it fails; everything else that fails it answers for as `unavailable`. */
const codes: ReadonlyMap<string, StoreErrorCode> = new Map([
  ["EACCES", "denied"],
  ["EPERM", "denied"],
  ["EROFS", "denied"],
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  ["EFBIG", "full"],
]);

/** The system's name for an error of its own ("ENOENT"); `undefined` for any other. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error && "syscall" in error && "code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Makes calls of the file system. What the system says becomes a `StoreError`; other errors pass. */
export async function guarded<Result>(calls: () => Promise<Result>): Promise<Result> {
  try {
    return await calls();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new StoreError(codes.get(code) ?? "unavailable", `The file system answers ${code}.`, {
      cause: error,
    });
  }
}

/** For `catch`: these answers of the system are no error here, and make `undefined`. */
export function ignoring(...expected: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (!expected.includes(systemCode(error) ?? "")) throw error;
    return undefined;
  };
}
