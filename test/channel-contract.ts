/**
 * What every channel owes the core (src/channel.ts), tried on each against its platform's stand-in.
 *
 * A channel's test file gives a `ContractFixture`; what its platform cannot do it leaves out, and the tests of that are
 * skipped and say so.
 */
import { suite } from 'node:test';
import { abilityTests } from './contract/abilities.ts';
import type { ContractFixture } from './contract/fixture.ts';
import { limitTests } from './contract/limits.ts';
import { sendTests } from './contract/sends.ts';
import { wayInTests } from './contract/way-in.ts';

export type { ContractFixture, Opened, Trouble } from './contract/fixture.ts';

/** Holds a channel to the contract. */
export function channelContract(name: string, fixture: ContractFixture): void {
  suite(`the contract of a channel: ${name}`, { skip: fixture.skip ?? false }, () => {
    wayInTests(fixture);
    limitTests(fixture);
    sendTests(fixture);
    abilityTests(fixture);
  });
}
