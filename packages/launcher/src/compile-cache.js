// Plain JavaScript that Node 18 can read.
import { accessSync, constants as modes, lstatSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

const PRIVATE_FOLDER = 0o700;
const OTHERS = 0o077;

/**
 * Where Node keeps what it compiled: a command then starts in a third of the time. Whoever can write there can have
 * code run, so the folder is used only if it is this user's and nobody else's.
 * @returns {string | undefined} nothing, where there is no such folder or Node's own settings name one or forbid it
 */
export function compileCacheFolder() {
  const { NODE_COMPILE_CACHE: named, NODE_DISABLE_COMPILE_CACHE: forbidden } = process.env;
  if (named || forbidden) return undefined;
  try {
    const own = join(cacheRoot(), "chirograph");
    const compiled = join(own, "compiled");
    mkdirSync(compiled, { recursive: true, mode: PRIVATE_FOLDER });
    // Node itself does not come back from some folders that it cannot make.
    accessSync(compiled, modes.W_OK);
    // Whoever could write the outer one could put another in the place of the inner one.
    return [own, compiled].every(isPrivate) ? compiled : undefined;
  } catch {
    return undefined;
  }
}

/** @returns {string} where programs of this user keep what can be made again */
function cacheRoot() {
  const { XDG_CACHE_HOME: chosen, LOCALAPPDATA: local } = process.env;
  // A relative path is to be ignored: XDG Base Directory Specification.
  if (chosen && isAbsolute(chosen)) return chosen;
  if (process.platform === "win32" && local) return local;
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return join(homedir(), ".cache");
}

/** @param {string} folder */
function isPrivate(folder) {
  const status = lstatSync(folder);
  if (!status.isDirectory()) return false;
  // Windows has no such modes: there a user's folders are closed to others by their place.
  return process.getuid === undefined || (status.uid === process.getuid() && (status.mode & OTHERS) === 0);
}
