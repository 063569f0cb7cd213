import { fullName, isoDate, type Person } from "./people.ts";

/** A letter as one physician writes to another, in plain text. */
export function writeLetter({ person, date }: { readonly person: Person; readonly date: string }): string {
  return `Letter (made up: neither the patient nor the visit exists)

Date:     ${isoDate(date)}
From:     Dr Ann Nobody, general practice
To:       Dr Jan Niemand, neurology
Patient:  ${fullName(person)}, born ${isoDate(person.birthDate)}, ${person.id}

Dear colleague,

thank you for seeing ${fullName(person)}, who has had headaches on and off for six weeks, mostly in
the morning, without nausea and without any disturbance of sight, speech or strength.

Findings
  Blood pressure   128/82 mmHg
  Pulse            68 per minute, regular
  Temperature      36.7 °C
  Neurology        cranial nerves, reflexes, gait: nothing unusual

Medication
  Ibuprofen 400 mg when needed, twice a week on average

A CT of the head was done and is in the same chart, with the radiologist's report.
I should be glad of your opinion.

With kind regards
Ann Nobody
`;
}
