import { describe, expect, it } from "vitest";
import { isAutoLock, parsePreferences, usual } from "../src/preferences/preferences.ts";

describe("preferences", () => {
  it.each([null, "", "{", "null", "[]", '"light"', "{}"])("are the usual ones for %j", (text) => {
    expect(parsePreferences(text)).toEqual(usual);
  });

  it("are read as they were kept", () => {
    const kept = { theme: "dark", autoLockMinutes: 25 } as const;
    expect(parsePreferences(JSON.stringify(kept))).toEqual(kept);
  });

  it.each([0, -1, 0.5, 481, "10", Number.NaN, null])("never lock after %j minutes", (autoLockMinutes) => {
    expect(isAutoLock(autoLockMinutes)).toBe(false);
    expect(parsePreferences(JSON.stringify({ theme: "light", autoLockMinutes }))).toEqual({
      ...usual,
      theme: "light",
    });
  });

  it("take no theme that there is not", () => {
    expect(parsePreferences('{"theme":"<b>"}').theme).toBe("system");
  });
});
