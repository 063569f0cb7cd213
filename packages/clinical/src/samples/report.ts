import { concatenate } from "./bytes.ts";
import { fullName, isoDate, type Person } from "./people.ts";

export interface ReportPlan {
  readonly person: Person;
  /** YYYYMMDD. */
  readonly date: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
}

const A4 = { width: 595, height: 842 };
const MARGIN = 64;
const LINE_CHARACTERS = 82;

/** One page of PDF 1.7 with what a radiologist might have written. */
export function writeReport(plan: ReportPlan): Uint8Array<ArrayBuffer> {
  const page = drawPage(plan);
  return file([
    bytes("<< /Type /Catalog /Pages 2 0 R >>"),
    bytes("<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
    bytes(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${A4.width} ${A4.height}] /Contents 4 0 R ` +
        "/Resources << /Font << /Plain 5 0 R /Bold 6 0 R >> >> >>",
    ),
    concatenate([bytes(`<< /Length ${page.length} >>\nstream\n`), page, bytes("\nendstream")]),
    bytes("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"),
    bytes("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>"),
    bytes(`<< /Title (${escape(plan.title)}) /Producer (Chirograph samples) >>`),
  ]);
}

/** Objects, numbered from 1: the first is the catalog, the last tells of the document. */
function file(objects: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const parts = [bytes("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n")];
  const places: number[] = [];
  let position = parts[0]!.length;
  objects.forEach((object, index) => {
    const part = concatenate([bytes(`${index + 1} 0 obj\n`), object, bytes("\nendobj\n")]);
    places.push(position);
    parts.push(part);
    position += part.length;
  });
  const rows = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  parts.push(
    bytes(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}` +
        `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${objects.length} 0 R >>\n` +
        `startxref\n${position}\n%%EOF\n`,
    ),
  );
  return concatenate(parts);
}

function drawPage({ person, date, title, paragraphs }: ReportPlan): Uint8Array {
  let y = A4.height - MARGIN;
  const lines: string[] = [];
  const write = (text: string, font: "Plain" | "Bold", size: number): void => {
    y -= size * 1.4;
    lines.push(`BT /${font} ${size} Tf ${MARGIN} ${y.toFixed(1)} Td (${escape(text)}) Tj ET`);
  };
  write(title, "Bold", 18);
  y -= 6;
  write(`${fullName(person)}, born ${isoDate(person.birthDate)}, ${person.id}`, "Plain", 11);
  write(`${isoDate(date)} · Ann Nobody, radiologist`, "Plain", 11);
  y -= 10;
  lines.push(`0.6 w ${MARGIN} ${y.toFixed(1)} m ${A4.width - MARGIN} ${y.toFixed(1)} l S`);
  for (const paragraph of paragraphs) {
    y -= 8;
    for (const line of wrap(paragraph)) write(line, "Plain", 11);
  }
  y -= 24;
  write("Neither this person nor this examination exists.", "Bold", 9);
  return bytes(lines.join("\n"));
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length >= LINE_CHARACTERS) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** WinAnsi is Latin-1 where these texts need it. */
function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function escape(text: string): string {
  return text.replaceAll(/[\\()]/g, String.raw`\$&`);
}
