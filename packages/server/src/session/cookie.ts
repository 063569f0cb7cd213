import type { CookieSerializeOptions } from "@fastify/cookie";

export const COOKIE = "chirograph";
const LIFETIME_MS: number = 12 * 3_600_000;

/** What the cookie says, before it is signed: until when it lasts. */
export function newCookie(now: number): string {
  return `${now + LIFETIME_MS}`;
}

/** Until when a cookie whose signature holds lasts; `undefined` for one that is over. */
export function expiryOf(value: string, now: number): number | undefined {
  const expires = /^\d{1,15}$/.test(value) ? Number(value) : 0;
  return expires > now ? expires : undefined;
}

export const cookieOptions: CookieSerializeOptions = {
  signed: true,
  httpOnly: true,
  sameSite: "strict",
  path: "/",
  maxAge: LIFETIME_MS / 1000,
};
