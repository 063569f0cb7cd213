// The only globals beyond ECMAScript that this room uses: every platform has them.

interface TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare const TextEncoder: new () => TextEncoder;

declare const performance: { now(): number };

/** An RSA private key as WebCrypto gives it out: its primes are all that is wanted of it. */
interface RsaPrivateJwk {
  readonly p?: string;
  readonly q?: string;
}

declare const crypto: {
  readonly subtle: {
    generateKey(
      algorithm: {
        readonly name: "RSASSA-PKCS1-v1_5";
        readonly hash: "SHA-256";
        readonly modulusLength: number;
        readonly publicExponent: Uint8Array<ArrayBuffer>;
      },
      extractable: true,
      usages: readonly ("sign" | "verify")[],
    ): Promise<{ readonly privateKey: object }>;
    exportKey(format: "jwk", key: object): Promise<RsaPrivateJwk>;
  };
};
