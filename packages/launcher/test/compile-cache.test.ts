import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { compileCacheFolder } from "../src/compile-cache.js";

let folder: string;
let own: string;
let compiled: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chirograph-test-"));
  own = join(folder, "chirograph");
  compiled = join(own, "compiled");
  vi.stubEnv("XDG_CACHE_HOME", folder);
  vi.stubEnv("NODE_COMPILE_CACHE", undefined);
  vi.stubEnv("NODE_DISABLE_COMPILE_CACHE", undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe.skipIf(process.platform === "win32")("what Node compiled", () => {
  test("lies in a folder of this user alone, whatever the umask", () => {
    const before = process.umask(0);
    try {
      expect(compileCacheFolder()).toBe(compiled);
      expect(compileCacheFolder()).toBe(compiled);
    } finally {
      process.umask(before);
    }
    for (const path of [own, compiled]) expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  test.each(["own", "compiled"])("is not kept where others may write: %s", (which) => {
    expect(compileCacheFolder()).toBe(compiled);
    const path = which === "own" ? own : compiled;
    for (const mode of [0o720, 0o702, 0o750]) {
      chmodSync(path, mode);
      expect(compileCacheFolder()).toBeUndefined();
    }
    chmodSync(path, 0o700);
    expect(compileCacheFolder()).toBe(compiled);
  });

  test("is not kept behind a link, whoever made it", () => {
    mkdirSync(join(folder, "elsewhere", "compiled"), { recursive: true, mode: 0o700 });
    symlinkSync(join(folder, "elsewhere"), own);
    expect(compileCacheFolder()).toBeUndefined();
    rmSync(own);
    mkdirSync(own, { mode: 0o700 });
    symlinkSync(join(folder, "elsewhere", "compiled"), compiled);
    expect(compileCacheFolder()).toBeUndefined();
  });

  test.skipIf(process.getuid?.() !== 0)("is not taken from another user", () => {
    expect(compileCacheFolder()).toBe(compiled);
    chownSync(compiled, 12345, 12345);
    expect(compileCacheFolder()).toBeUndefined();
  });

  test("a path in the place of the folder is borne", () => {
    vi.stubEnv("XDG_CACHE_HOME", process.execPath);
    expect(compileCacheFolder()).toBeUndefined();
  });

  test("Node's own settings stand", () => {
    vi.stubEnv("NODE_COMPILE_CACHE", join(folder, "named"));
    expect(compileCacheFolder()).toBeUndefined();
    vi.stubEnv("NODE_COMPILE_CACHE", undefined);
    vi.stubEnv("NODE_DISABLE_COMPILE_CACHE", "1");
    expect(compileCacheFolder()).toBeUndefined();
    expect(existsSync(own)).toBe(false);
  });

  test("a relative place is ignored", () => {
    vi.stubEnv("XDG_CACHE_HOME", "relative");
    vi.stubEnv("HOME", folder);
    const base = process.platform === "darwin" ? join(folder, "Library", "Caches") : join(folder, ".cache");
    expect(compileCacheFolder()).toBe(join(base, "chirograph", "compiled"));
  });
});
