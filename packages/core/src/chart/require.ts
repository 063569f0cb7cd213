/** What a rule calls for each of its conditions: refuses the link, naming it, where one does not hold. */
export type Require = (condition: boolean, problem: string) => void;
