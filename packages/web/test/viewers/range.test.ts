import fc from "fast-check";
import { expect, test } from "vitest";
import { askedOf, pieceAt } from "../../src/media/range.ts";
import { headersFor, statusFor } from "../../src/media/response.ts";

test.for([
  [null, "whole"],
  ["bytes=0-", { first: 0, end: 100 }],
  ["bytes=10-19", { first: 10, end: 20 }],
  ["bytes=90-500", { first: 90, end: 100 }],
  ["bytes=-7", { first: 93, end: 100 }],
  ["bytes=-700", { first: 0, end: 100 }],
  ["bytes=99-99", { first: 99, end: 100 }],
  ["bytes=100-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  // Not understood, or several: the whole, as RFC 9110 allows.
  ["bytes=5-2", "whole"],
  ["bytes=0-1,4-5", "whole"],
  ["bytes=-", "whole"],
  ["lines=1-2", "whole"],
] as const)("%s of 100 bytes", ([header, asked]) => {
  expect(askedOf(header, 100)).toEqual(asked);
});

test("nothing can be asked of nothing", () => {
  expect(askedOf("bytes=0-", 0)).toBe("unsatisfiable");
  expect(askedOf("bytes=-5", 0)).toBe("unsatisfiable");
  expect(askedOf(null, 0)).toBe("whole");
});

test("pieces make a span whole, and none is too large", () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(5000), fc.integer({ min: 1, max: 700 }), (first, length, most) => {
      const span = { first, end: first + length };
      let position = first;
      while (position < span.end) {
        const piece = pieceAt(position, span, most);
        expect(piece.first).toBe(position);
        expect(piece.end - piece.first).toBeGreaterThan(0);
        expect(piece.end - piece.first).toBeLessThanOrEqual(most);
        position = piece.end;
      }
      expect(position).toBe(span.end);
    }),
  );
});

const medium = { sizeBytes: 100, type: "video/webm", name: "heart (2) – Befund.webm" };

test("an answer says what it holds, and nothing of it may run, be kept or be guessed at", () => {
  const headers = headersFor(medium, { first: 10, end: 20 });
  expect(statusFor({ first: 10, end: 20 })).toBe(206);
  expect(Object.fromEntries(headers)).toMatchObject({
    "content-range": "bytes 10-19/100",
    "content-length": "10",
    "content-type": "video/webm",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "content-disposition": "attachment; filename*=UTF-8''heart%20%282%29%20%E2%80%93%20Befund.webm",
  });
});

test("what no player plays is bytes", () => {
  for (const type of ["text/html", "image/svg+xml", "video/mp4\r\nX: y", ""]) {
    expect(headersFor({ ...medium, type }, "whole").get("content-type")).toBe("application/octet-stream");
  }
});

test("what cannot be satisfied says how large the whole is", () => {
  const headers = headersFor(medium, "unsatisfiable");
  expect(statusFor("unsatisfiable")).toBe(416);
  expect(headers.get("content-range")).toBe("bytes */100");
  expect(headers.has("content-length")).toBe(false);
});
