import { StoreError, type StoreErrorCode } from "../error.ts";

/** What a server answers that does not do what it was asked for (draft-ietf-secsh-filexfer-02 §7). */
export class SftpStatus extends Error {
  override readonly name = "SftpStatus";
  readonly status: number;

  constructor(status: number) {
    super(`The SFTP server answers ${names.get(status) ?? status}.`);
    this.status = status;
  }
}

export const END_OF_FILE = 1;
export const NO_SUCH_FILE = 2;

const names: ReadonlyMap<number, string> = new Map([
  [NO_SUCH_FILE, "that there is no such file"],
  [3, "that it has no right to that"],
  [4, "with a failure, and no reason"],
  [8, "that it cannot do that"],
]);

const codes: ReadonlyMap<number, StoreErrorCode> = new Map([[3, "denied"]]);

/** Makes calls of the server. What it says becomes a `StoreError`; other errors pass. */
export async function guarded<Result>(calls: () => Promise<Result>): Promise<Result> {
  try {
    return await calls();
  } catch (error) {
    if (!(error instanceof SftpStatus)) throw error;
    throw new StoreError(codes.get(error.status) ?? "unavailable", error.message, { cause: error });
  }
}

/** For `catch`: these answers are no error here, and make `undefined`. */
export function ignoring(...expected: readonly number[]): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof SftpStatus && expected.includes(error.status))) throw error;
    return undefined;
  };
}

export function lost(options?: ErrorOptions): StoreError {
  return new StoreError("unavailable", "The connection to the SFTP server was lost.", options);
}
