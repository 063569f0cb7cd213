export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

/** Width and height as a picture's header announces them; `undefined` where it is none of these, or too short. */
export function announcedSize(type: string, bytes: Uint8Array): Dimensions | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = readers[type];
  try {
    return reader?.(view);
  } catch {
    return undefined;
  }
}

const readers: Readonly<Record<string, (view: DataView) => Dimensions | undefined>> = {
  "image/png": (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  "image/gif": (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  "image/bmp": (view) => ({ width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) }),
  "image/jpeg": jpegSize,
};

/** In the first start-of-frame segment. */
function jpegSize(view: DataView): Dimensions | undefined {
  let position = 2;
  while (position + 9 < view.byteLength && view.getUint8(position) === 0xff) {
    const marker = view.getUint8(position + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.getUint16(position + 5), width: view.getUint16(position + 7) };
    position += 2 + Math.max(2, view.getUint16(position + 2));
  }
  return undefined;
}
