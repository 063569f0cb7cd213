import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createFile } from "@chirograph/embedded/files";
import { ServerFailure } from "../failure.ts";

const TOKEN_BYTES = 32;
const FORM = /^[A-Za-z0-9_-]{43}$/;

/** What lets the owner in, and what signs cookies: a new token ends every session. */
export class OwnerToken {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** The token that the file keeps; made at the first start. @throws ServerFailure */
  static async in(file: string): Promise<OwnerToken> {
    if (!existsSync(file)) await createFile(file, `${randomBytes(TOKEN_BYTES).toString("base64url")}\n`);
    const text = (await readFile(file, "utf8")).trimEnd();
    if (!FORM.test(text)) {
      throw new ServerFailure(
        "The file token in the data folder is damaged: remove it, and a new one is made.",
      );
    }
    return new OwnerToken(text);
  }

  /** In a time that tells nothing of how much of it is right. */
  matches(given: string): boolean {
    return timingSafeEqual(digest(given), digest(this.text));
  }

  /** What a page of this server's own has to show beside its cookie. */
  get page(): string {
    return createHmac("sha256", this.text).update("chirograph-page-1").digest("base64url");
  }

  /** In a time that tells nothing of how much of it is right. */
  isPage(given: string): boolean {
    return timingSafeEqual(digest(given), digest(this.page));
  }

  get cookieKey(): Buffer {
    return createHmac("sha256", this.text).update("chirograph-cookie-1").digest();
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
