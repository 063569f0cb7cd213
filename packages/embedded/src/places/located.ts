/** Where a store is, as it stands in vault.json: `file:///srv/clouds/1`, `s3:https://host/bucket`. No secret is in it. */
export type Location = string;

/** A location in the one form that vault.json holds, and what it says. */
export interface Located<Place> {
  readonly location: Location;
  readonly place: Place;
}
