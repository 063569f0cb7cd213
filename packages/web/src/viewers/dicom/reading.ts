// What the reading worker makes of a DICOM file: plain data, for the viewer and for Cornerstone.
import type { ViewerCode } from "../problem.ts";

export interface DicomReading {
  readonly transferSyntax: string;
  /** Without preamble or file meta: its encoding was guessed. */
  readonly isBare: boolean;
  /** Why only what stands before some place was read. */
  readonly broken: string | undefined;
  readonly facts: Facts;
  readonly place: Place;
  readonly picture: Picture | undefined;
  /** Why there is no picture although one is announced. */
  readonly noPicture: { readonly code: ViewerCode; readonly detail: string } | undefined;
  readonly waves: readonly WaveGroup[];
  readonly elements: readonly ElementRow[];
  readonly elementCount: number;
}

export type FactName =
  | "patient"
  | "id"
  | "birthDate"
  | "sex"
  | "age"
  | "modality"
  | "study"
  | "studyDate"
  | "accession"
  | "institution"
  | "physician"
  | "series"
  | "bodyPart"
  | "manufacturer"
  | "thickness"
  | "photometric";

export type Facts = Readonly<Partial<Record<FactName, string>>>;

/** Where a picture belongs among others. */
export interface Place {
  readonly series: string;
  readonly seriesNumber: number | undefined;
  readonly instance: number | undefined;
  readonly position: readonly number[] | undefined;
  readonly orientation: readonly number[] | undefined;
  readonly frames: number;
  readonly hasPixels: boolean;
}

/** Named as Cornerstone names them. */
export interface PixelModule {
  readonly samplesPerPixel: number;
  readonly photometricInterpretation: string;
  readonly rows: number;
  readonly columns: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly pixelRepresentation: number;
  readonly planarConfiguration: number;
  readonly redPaletteColorLookupTableDescriptor?: readonly number[];
  readonly greenPaletteColorLookupTableDescriptor?: readonly number[];
  readonly bluePaletteColorLookupTableDescriptor?: readonly number[];
  readonly redPaletteColorLookupTableData?: Uint16Array;
  readonly greenPaletteColorLookupTableData?: Uint16Array;
  readonly bluePaletteColorLookupTableData?: Uint16Array;
}

export interface Picture {
  readonly transferSyntax: string;
  readonly isEncapsulated: boolean;
  readonly pixels: PixelModule;
  /** Of each frame, as stored or as compressed. */
  readonly frames: readonly Uint8Array<ArrayBuffer>[];
  /** How many the file announces. */
  readonly announced: number;
  readonly spacing: readonly number[] | undefined;
  readonly position: readonly number[] | undefined;
  readonly orientation: readonly number[] | undefined;
  readonly windowCenter: readonly number[] | undefined;
  readonly windowWidth: readonly number[] | undefined;
  readonly rescaleSlope: number | undefined;
  readonly rescaleIntercept: number | undefined;
  readonly modality: string;
  readonly sopClass: string;
  readonly overlays: readonly Overlay[];
}

export interface Overlay {
  readonly rows: number;
  readonly columns: number;
  /** Of its upper left corner in the picture, from 0. */
  readonly top: number;
  readonly left: number;
  /** A bit a pixel, the lowest first. */
  readonly bits: Uint8Array<ArrayBuffer>;
}

export interface WaveGroup {
  readonly samplesPerSecond: number;
  readonly channels: readonly {
    readonly name: string;
    /** In millivolts where `unit` is "mV", else as the file has them. */
    readonly values: Float32Array<ArrayBuffer>;
    readonly unit: string;
  }[];
}

export interface ElementRow {
  /** Eight hexadecimal digits. */
  readonly tag: string;
  readonly representation: string;
  readonly value: string;
  readonly depth: number;
}
