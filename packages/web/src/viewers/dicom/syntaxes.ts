/** Transfer syntaxes by name (PS3.6, annex A). */
const names: Readonly<Record<string, string>> = {
  "1.2.840.10008.1.2": "Implicit VR, little endian",
  "1.2.840.10008.1.2.1": "Explicit VR, little endian",
  "1.2.840.10008.1.2.1.98": "Encapsulated, uncompressed",
  "1.2.840.10008.1.2.1.99": "Explicit VR, little endian, deflated",
  "1.2.840.10008.1.2.2": "Explicit VR, big endian",
  "1.2.840.10008.1.2.5": "RLE, lossless",
  "1.2.840.10008.1.2.4.50": "JPEG, baseline",
  "1.2.840.10008.1.2.4.51": "JPEG, extended",
  "1.2.840.10008.1.2.4.57": "JPEG, lossless",
  "1.2.840.10008.1.2.4.70": "JPEG, lossless, first order",
  "1.2.840.10008.1.2.4.80": "JPEG-LS, lossless",
  "1.2.840.10008.1.2.4.81": "JPEG-LS, near lossless",
  "1.2.840.10008.1.2.4.90": "JPEG 2000, lossless",
  "1.2.840.10008.1.2.4.91": "JPEG 2000",
  "1.2.840.10008.1.2.4.110": "JPEG XL, lossless",
  "1.2.840.10008.1.2.4.111": "JPEG XL, from JPEG",
  "1.2.840.10008.1.2.4.112": "JPEG XL",
  "1.2.840.10008.1.2.4.201": "High-throughput JPEG 2000, lossless",
  "1.2.840.10008.1.2.4.202": "High-throughput JPEG 2000, lossless, by resolution",
  "1.2.840.10008.1.2.4.203": "High-throughput JPEG 2000",
};

export function syntaxName(uid: string): string {
  return names[uid] ?? uid;
}
