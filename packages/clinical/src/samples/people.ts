/** Somebody who does not exist. Dates are YYYYMMDD, as DICOM writes them. */
export interface Person {
  readonly family: string;
  readonly given: string;
  readonly id: string;
  readonly birthDate: string;
  readonly sex: "F" | "M" | "O";
}

export const samplePeople: {
  readonly paula: Person;
  readonly otto: Person;
  readonly ines: Person;
} = {
  paula: { family: "Phantom", given: "Paula", id: "SAMPLE-0001", birthDate: "19740601", sex: "F" },
  otto: { family: "Muster", given: "Otto", id: "SAMPLE-0002", birthDate: "19530214", sex: "M" },
  ines: { family: "Ejemplo", given: "Inés", id: "SAMPLE-0003", birthDate: "19911109", sex: "F" },
};

export function dicomName({ family, given }: Person): string {
  return `${family}^${given}`;
}

export function fullName({ family, given }: Person): string {
  return `${given} ${family}`;
}

/** 19740601 as 1974-06-01. */
export function isoDate(date: string): string {
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
}
