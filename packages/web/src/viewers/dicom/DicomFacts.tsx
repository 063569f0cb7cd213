import { type ReactElement, type ReactNode } from "react";
import { Card } from "../../parts/Card.tsx";
import { classes } from "../../parts/classes.ts";
import { viewersEn } from "../../texts/en-viewers.ts";
import { syntaxName } from "./syntaxes.ts";
import type { FactName, Facts, Picture } from "./reading.ts";

const texts = viewersEn.dicom;

/** In the order in which they are read. */
const order: readonly Exclude<FactName, "photometric">[] = [
  "patient",
  "id",
  "birthDate",
  "sex",
  "age",
  "modality",
  "study",
  "studyDate",
  "series",
  "bodyPart",
  "thickness",
  "institution",
  "physician",
  "accession",
  "manufacturer",
];

interface DicomFactsProps {
  readonly facts: Facts;
  readonly picture?: Picture | undefined;
  readonly transferSyntax?: string | undefined;
  readonly checksum?: string | undefined;
}

/** Who and what it is of, as text. */
export function DicomFacts({ facts, picture, transferSyntax, checksum }: DicomFactsProps): ReactElement {
  const pixels = picture?.pixels;
  return (
    <Card title={texts.facts}>
      <dl className="facts">
        {order.map((name) => {
          const value = facts[name];
          if (value === undefined) return null;
          return (
            <Fact key={name} name={texts.fact[name]}>
              {name === "thickness" ? texts.millimetres(value) : value}
            </Fact>
          );
        })}
        {pixels && (
          <Fact name={texts.fact.matrix}>{texts.matrix(pixels.columns, pixels.rows, pixels.bitsStored)}</Fact>
        )}
        {facts.photometric !== undefined && <Fact name={texts.fact.photometric}>{facts.photometric}</Fact>}
        {transferSyntax !== undefined && <Fact name={texts.fact.syntax}>{syntaxName(transferSyntax)}</Fact>}
        {checksum !== undefined && (
          <Fact name={texts.checksum} isWide>
            <code>{checksum}</code>
            <span className="small soft">{texts.checksumNote}</span>
          </Fact>
        )}
      </dl>
    </Card>
  );
}

interface FactProps {
  readonly name: string;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

function Fact({ name, isWide = false, children }: FactProps): ReactElement {
  return (
    <div className={classes("fact", isWide && "fact-wide")}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
