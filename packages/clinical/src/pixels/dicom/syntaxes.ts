/** Transfer syntaxes of compressed pixels (PS3.5, A.4). */
export const RLE = "1.2.840.10008.1.2.5";
/** Lossy, of 8 bits and of 12. */
export const JPEG: readonly string[] = ["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"];
export const JPEG_LOSSLESS: readonly string[] = ["1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"];
export const JPEG_LS: readonly string[] = ["1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"];
export const JPEG_2000: readonly string[] = ["1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"];
