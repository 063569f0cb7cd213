import { presets } from "@chirograph/vault";

const named = Object.entries(presets).map(
  ([name, { rules, says }]) => `${name.padEnd(12)} ${JSON.stringify(rules)}: ${says}`,
);

/** What `init --policy` reads. */
export const policyHelp: string = `A policy is JSON; every key may be left out:
  { "tolerate": 2, "publicBelowNeeded": true, "regions": 2,
    "stores": { "file:clouds/1": { "kind": "public", "provider": "a cloud", "region": "eu", "weight": 2 } } }
tolerate             how many stores may be lost (default: none of one or two, else a quarter, at least one)
publicBelowNeeded    all public stores together never hold enough fragments to open anything
regions              fragments of every version lie in at least so many regions
providerBelowNeeded  the stores of one provider never hold enough fragments to open anything
tolerateProviders    1: any one provider may be lost, with all its stores
preset               a name for some of these rules
stores               what each is, under the location that --store gives it; kind is public, private-on-premise
                     (the default) or private-hosted; weight, 1 to 100, is its share beside the others' (default 1).
                     Stores on premise are your own: rules about providers are about all others

Presets, by name on the command line or in a file:
${named.join("\n")}`;
