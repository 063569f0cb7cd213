// PDF.js with everything that it may need beside it, from this origin.
import * as pdfjs from "pdfjs-dist";

export type { PDFDocumentProxy, RenderTask } from "pdfjs-dist";

const byName = (urls: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(urls).map(([path, url]) => [path.slice(path.lastIndexOf("/") + 1), url]));

const fonts = byName(
  import.meta.glob<string>("../../../../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}", {
    query: "?url",
    import: "default",
    eager: true,
  }),
);
const characterMaps = byName(
  import.meta.glob<string>("../../../../../node_modules/pdfjs-dist/cmaps/*.bcmap", {
    query: "?url",
    import: "default",
    eager: true,
  }),
);
const decoders = byName(
  import.meta.glob<string>("../../../../../node_modules/pdfjs-dist/wasm/{jbig2,openjpeg,qcms_bg}.wasm", {
    query: "?url",
    import: "default",
    eager: true,
  }),
);

const urls: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  standardFontDataUrl: fonts,
  cMapUrl: characterMaps,
  wasmUrl: decoders,
};

/** Finds the built names of what PDF.js asks for by its own. */
class LocalData {
  async fetch({ kind, filename }: { readonly kind: string; readonly filename: string }): Promise<Uint8Array> {
    const url = urls[kind]?.get(filename);
    if (url === undefined) throw new Error(`no ${filename}`);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${filename}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

const MOST_IMAGE_PIXELS = 100_000_000;

export interface PdfLoading {
  readonly document: Promise<pdfjs.PDFDocumentProxy>;
  readonly end: () => void;
}

/** Reads a document in a worker of its own, without scripts, forms or anything from outside. Takes the bytes over. */
export function loadPdf(bytes: Uint8Array<ArrayBuffer>): PdfLoading {
  const native = new Worker(new URL("pdfjs-dist/build/pdf.worker.min.mjs", import.meta.url), {
    type: "module",
    name: "pdf",
  });
  const worker = pdfjs.PDFWorker.create({ port: native });
  const task = pdfjs.getDocument({
    data: bytes,
    worker,
    BinaryDataFactory: LocalData,
    useWorkerFetch: false,
    cMapUrl: "local:/",
    standardFontDataUrl: "local:/",
    wasmUrl: "local:/",
    useSystemFonts: false,
    enableXfa: false,
    maxImageSize: MOST_IMAGE_PIXELS,
    // Fonts become paths: no style sheet is made for them.
    disableFontFace: true,
    disableWorkerRendering: true,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
  return {
    document: task.promise,
    end() {
      void task.destroy().catch(() => undefined);
      native.terminate();
    },
  };
}
