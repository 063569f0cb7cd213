import { join } from "node:path";

/** What lies in the data folder of a server. */
export interface HomePaths {
  /** The vault's own folder: settings, catalogue, key. */
  readonly vault: string;
  /** The folders that stand for stores. */
  readonly clouds: string;
  /** The founder's identity. */
  readonly owner: string;
  /** What lets its owner in. */
  readonly token: string;
  /** Objects that come in parts. */
  readonly uploads: string;
  /** Held by the one server that is at it. */
  readonly lock: string;
  /** Leads a browser to the address, so that no command line names the token. */
  readonly doorway: string;
}

export function homeIn(folder: string): HomePaths {
  return {
    vault: join(folder, "vault"),
    clouds: join(folder, "clouds"),
    owner: join(folder, "owner.key"),
    token: join(folder, "token"),
    uploads: join(folder, "uploads"),
    lock: join(folder, "server.lock"),
    doorway: join(folder, "open.html"),
  };
}
